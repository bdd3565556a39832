import { GenerateMacCommand, KMSClient, VerifyMacCommand } from '@aws-sdk/client-kms';

/** Makes and checks message authentication codes. */
export interface Mac {
  readonly generate: (message: Uint8Array) => Promise<Uint8Array>;
  readonly verify: (message: Uint8Array, mac: Uint8Array) => Promise<boolean>;
}

const MacAlgorithm = 'HMAC_SHA_256';

/** MACs by a key that never leaves KMS. */
export function kmsMac(kms: KMSClient, keyArn: string): Mac {
  return {
    generate: async (message) => (await kms.send(new GenerateMacCommand({ KeyId: keyArn, Message: message, MacAlgorithm }))).Mac!,
    verify: async (message, mac) => {
      try {
        return (await kms.send(new VerifyMacCommand({ KeyId: keyArn, Message: message, Mac: mac, MacAlgorithm }))).MacValid === true;
      } catch (error) {
        if (error instanceof Error && error.name === 'KMSInvalidMacException') {
          return false;
        }
        throw error;
      }
    },
  };
}
