import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';

/** Signs with a key that never leaves KMS. */
export interface Signer {
  /** Id of the key in the key set. */
  readonly kid: string;
  /** RSASSA-PKCS1-v1_5 over the SHA-256 of the text: `RS256`. */
  readonly sign: (text: string) => Promise<Uint8Array>;
}

/** A public key as a JSON Web Key. https://datatracker.ietf.org/doc/html/rfc7517 */
export interface PublicJwk {
  readonly kty: string;
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'RS256';
}

const ALGORITHM = 'RS256';
const EVENT_TYPE = 'secevent+jwt';

export function kmsSigner(kms: KMSClient, keyArn: string): Signer {
  return {
    kid: kidOf(keyArn),
    // The digest, because KMS takes no longer message than 4,096 bytes.
    sign: async (text) => (await kms.send(new SignCommand({
      KeyId: keyArn, Message: createHash('sha256').update(text).digest(), MessageType: 'DIGEST', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    }))).Signature!,
  };
}

/** The public half of a key of KMS. */
export async function publicKey(kms: KMSClient, keyArn: string): Promise<PublicJwk> {
  const { PublicKey: der } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  const { kty, n, e } = createPublicKey({ key: Buffer.from(der!), format: 'der', type: 'spki' }).export({ format: 'jwk' });
  return { kty: kty!, n: n!, e: e!, kid: kidOf(keyArn), use: 'sig', alg: ALGORITHM };
}

/**
 * A token in the compact serialization: a security event token, unless it is of another type.
 * https://datatracker.ietf.org/doc/html/rfc8417 https://datatracker.ietf.org/doc/html/rfc7515#section-3.1
 */
export async function signedToken({ kid, sign }: Signer, claims: object, typ = EVENT_TYPE): Promise<string> {
  const text = [{ alg: ALGORITHM, typ, kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${Buffer.from(await sign(text)).toString('base64url')}`;
}

/** The id that KMS gave the key: another key has another one. */
function kidOf(keyArn: string): string {
  return keyArn.slice(keyArn.lastIndexOf('/') + 1);
}
