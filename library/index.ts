/** The library that tests import as `holdfast/library`. Its functions declare their requirements. */
export { Bookshop, type Book } from "./bookshop.js";
export { type Container, type ContainerOptions, startContainer } from "./container.js";
export { type Guest, type GuestOptions, startGuest } from "./guest.js";
export { blockDevice, needsCommand } from "./machine-parts.js";
export { InfrastructureError, notMyFault } from "./infrastructure-error.js";
export { knownIssue, reportVersion, skip } from "./markers.js";
export { hasPackage, type PackageList } from "./package-repository.js";
export { temporaryDatabase, type TemporaryDatabase } from "./temporary-database.js";
export { serviceAddress } from "./service-address.js";
export {
  amqpConnect,
  certificateOf,
  httpGet,
  mountOf,
  mqttConnect,
  resolveName,
  sshBanner,
  tcpConnect,
  waitFor,
} from "./services.js";
