/** What tests import as `holdfast/library`: methods that carry what they require. */
export { Bookshop, type Book } from "./bookshop.js";
export { InfrastructureError, notMyFault } from "./infrastructure-error.js";
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
