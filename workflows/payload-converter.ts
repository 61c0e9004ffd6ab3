import { DefaultPayloadConverter, type Payload } from "@temporalio/common";

/** Replaces a payload that cannot be decoded. Handlers refuse it like any other invalid value. */
export const undecodable = { holdfastUndecodable: true } as const;

/** Decodes what it can and never throws, because a payload that was typed by hand must not stop a workflow. */
class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload(payload);
    } catch {
      return undecodable as T;
    }
  }
}

export const payloadConverter = new TolerantPayloadConverter();
