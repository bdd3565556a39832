import { createHash, createPublicKey, verify } from 'node:crypto';

/** A signed text, as DSSE defines it. https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** KMS's name of ECDSA on the curve P-256 with SHA-256. The signature is DER, as openssl takes it. */
export const ALGORITHM = 'ECDSA_SHA_256';
/** What is signed. The signature covers the type, so that one document can't be taken for another. */
export const PAYLOADS = {
  package: 'application/vnd.cdk-nhi-lifecycle.campaign+json',
  acknowledgement: 'application/vnd.cdk-nhi-lifecycle.acknowledgement+json',
} as const;
export type PayloadKind = keyof typeof PAYLOADS;

/** SHA-256 of what is signed: the payload and its type. KMS takes a digest, because a message may have 4,096 bytes only. */
export function digestToSign(payload: string, kind: PayloadKind = 'package'): Uint8Array {
  return createHash('sha256').update(signedBytes(payload, kind)).digest();
}

export function enveloped(payload: string, keyid: string, signature: Uint8Array, kind: PayloadKind = 'package'): Envelope {
  return { payloadType: PAYLOADS[kind], payload: Buffer.from(payload).toString('base64'), signatures: [{ keyid, sig: Buffer.from(signature).toString('base64') }] };
}

/** The payload and the key that the envelope names, without a check of the signature. Undefined if the text is no envelope with one signature. */
export function opened(text: string, kind: PayloadKind = 'package'): { readonly payload: string; readonly keyId: string; readonly signature: Uint8Array } | undefined {
  try {
    const { payloadType, payload, signatures } = JSON.parse(text) as Envelope;
    const [{ keyid: keyId, sig }] = signatures;
    return payloadType !== PAYLOADS[kind] || signatures.length !== 1 ? undefined
      : { payload: Buffer.from(payload, 'base64').toString(), keyId, signature: Buffer.from(sig, 'base64') };
  } catch {
    return undefined;
  }
}

/** @param publicKey DER, as KMS returns it */
export function isSignedBy(publicKey: Uint8Array, payload: string, signature: Uint8Array, kind: PayloadKind = 'package'): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  return key.asymmetricKeyType === 'ec' && verify('sha256', signedBytes(payload, kind), key, signature);
}

/** DSSE's pre-authentication encoding. */
function signedBytes(payload: string, kind: PayloadKind): Buffer {
  const body = Buffer.from(payload);
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(PAYLOADS[kind])} ${PAYLOADS[kind]} ${body.length} `), body]);
}
