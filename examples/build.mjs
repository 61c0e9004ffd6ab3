console.error("build.mjs: cannot find the module that nobody wrote");
process.exitCode = 2;
