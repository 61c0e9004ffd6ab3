import { type Command, Option } from "@commander-js/extra-typings";
import { roles } from "../../domain/access/roles.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, resultPrinter } from "../table.js";
import { authorOf } from "./admin.js";

/** Commands about tokens, except the token that `up` writes. */
export function addToken(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const by = authorOf(context.env);
  const show = resultPrinter(context.print);
  const token = program.command("token").description("create, list and revoke tokens for the API");

  token
    .command("create")
    .description("create a token; it is shown only once")
    .argument("<name>", "who or what it is for")
    .addOption(
      new Option(
        "--role <role>",
        "viewer: read; submitter: submit, and look after own jobs; operator: look after the grid; admin: everything; agent: what machines do",
      )
        .choices(roles)
        .default("submitter" as const),
    )
    .option("--machine <name>", "the machine of an agent's token")
    .option(
      "--address <mail address>",
      "the mail address of its bearer, who may change the jobs and preferences of this address",
    )
    .option("--project <name>", "the only project that the token is for")
    .option("--for <duration>", "how long it is valid, such as 90d (default: until it is revoked)")
    .option("--json")
    .action(async (name, { role, machine, address, project, for: lasting, json }) => {
      const made = await grid().createToken({
        name,
        role,
        by,
        ...(machine === undefined ? {} : { machine }),
        ...(address === undefined ? {} : { address }),
        ...(project === undefined ? {} : { project }),
        ...(lasting === undefined ? {} : { for: lasting }),
      });
      show(json, made, made.token);
      if (json !== true)
        context.printProgress(`${role} token ${made.tokenId}; \`holdfast token revoke ${made.tokenId}\` ends it`);
    });

  token
    .command("list")
    .option("--json")
    .action(async ({ json }) => {
      const list = await grid().tokens();
      const lines = list.tokens.map((one) => [
        one.tokenId,
        one.name,
        [one.role, one.machine, one.address, one.project].filter((part) => part !== null).join(" "),
        one.createdBy,
        one.createdAt,
        one.lastUsedAt ?? "never",
        one.revokedAt !== null
          ? `revoked ${one.revokedAt}`
          : one.expiresAt === null
            ? "valid"
            : `until ${one.expiresAt}`,
      ]);
      show(
        json,
        list,
        lines.length === 0 ? "no tokens" : formatTable(["id", "name", "role", "by", "made", "last used", ""], lines),
      );
    });

  token
    .command("revoke")
    .description("revoke a token at once")
    .argument("<id>")
    .option("--json")
    .action(async (tokenId, { json }) => {
      const revoked = await grid().revokeToken(tokenId, by);
      show(json, revoked, `token ${tokenId} (${revoked.name}) is revoked`);
    });
}
