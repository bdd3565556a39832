import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { named } from '../../ledger/memory-table';

// The curve P-256. https://csrc.nist.gov/pubs/sp/800/186/final
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
type Point = readonly [bigint, bigint];

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly KeyId: string; readonly Message: Uint8Array; readonly MessageType: string; readonly SigningAlgorithm: string };
}

/** An asymmetric key of KMS. It signs digests, which Node.js can't do for this curve, so what it signs is verified by another implementation. */
export class FakeKms {
  public readonly client: KMSClient;
  public readonly calls: string[] = [];
  /** Absent: the account has no such key. */
  public key: Key | undefined;

  constructor(keyId = 'arn:aws:kms:eu-west-1:111122223333:key/campaigns') {
    this.key = new Key(keyId);
    this.client = {
      send: async ({ constructor: { name }, input }: Command) => {
        this.calls.push(name);
        if (this.key === undefined) {
          throw named('NotFoundException');
        }
        if (name === 'GetPublicKeyCommand') {
          return { KeyId: this.key.id, PublicKey: this.key.publicKey };
        }
        expect(input).toMatchObject({ KeyId: this.key.id, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' });
        return { Signature: this.key.sign(input.Message) };
      },
    } as unknown as KMSClient;
  }
}

export class Key {
  public readonly publicKey: Uint8Array;
  private readonly secret = 1n + number(randomBytes(40)) % (N - 1n);

  constructor(public readonly id: string) {
    const [x, y] = times(this.secret, G);
    const jwk = { kty: 'EC', crv: 'P-256', x: bytes(x).toString('base64url'), y: bytes(y).toString('base64url'), d: bytes(this.secret).toString('base64url') };
    this.publicKey = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'der', type: 'spki' });
  }

  /** ECDSA, as DER. */
  public sign(digest: Uint8Array): Uint8Array {
    const nonce = 1n + number(randomBytes(40)) % (N - 1n);
    const r = times(nonce, G)[0] % N;
    const s = (inverse(nonce, N) * (number(digest) + r * this.secret)) % N;
    const body = Buffer.concat([integer(r), integer(s)]);
    return Buffer.concat([Buffer.from([0x30, body.length]), body]);
  }
}

function integer(value: bigint): Buffer {
  let text = value.toString(16);
  text = text.padStart(text.length + text.length % 2, '0');
  const plain = Buffer.from(text, 'hex');
  const positive = plain[0] > 0x7f ? Buffer.concat([Buffer.from([0]), plain]) : plain;
  return Buffer.concat([Buffer.from([2, positive.length]), positive]);
}

function times(factor: bigint, point: Point): Point {
  let sum: Point | undefined;
  for (let rest = factor, doubled = point; rest > 0n; rest /= 2n, doubled = plus(doubled, doubled)) {
    sum = rest % 2n === 0n ? sum : sum === undefined ? doubled : plus(sum, doubled);
  }
  return sum!;
}

function plus([x1, y1]: Point, [x2, y2]: Point): Point {
  const slope = mod(x1 === x2 ? (3n * x1 * x1 - 3n) * inverse(2n * y1, P) : (y2 - y1) * inverse(x2 - x1, P));
  const x = mod(slope * slope - x1 - x2);
  return [x, mod(slope * (x1 - x) - y1)];
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a % b, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function number(of: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(of).toString('hex')}`);
}

function bytes(of: bigint): Buffer {
  return Buffer.from(of.toString(16).padStart(64, '0'), 'hex');
}
