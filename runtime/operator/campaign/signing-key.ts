import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { RegistryNames } from '../../../src/contract/registry-names';
import { InvalidInputError } from '../../../src/core/errors';
import { ALGORITHM } from '../../certification/campaign';
import { Connection } from '../connection';

/** The key that signs the packages of a registry's campaigns. */
export interface SigningKey {
  /** Its ARN. */
  readonly keyId: string;
  /** DER. */
  readonly publicKey: Uint8Array;
  /** Signs a digest, as DER. */
  readonly sign: (digest: Uint8Array) => Promise<Uint8Array>;
}

/** The part of it that verifies. */
export type VerifyingKey = Pick<SigningKey, 'keyId' | 'publicKey'>;

/** @throws InvalidInputError `CampaignKeyMissing` */
export async function signingKey({ registry, kms }: Pick<Connection, 'registry' | 'kms'>): Promise<SigningKey> {
  const { campaignKeyAlias } = new RegistryNames(registry);
  const { KeyId: keyId, PublicKey: publicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: campaignKeyAlias })).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotFoundException') {
      throw new InvalidInputError('CampaignKeyMissing', `the account has no key ${campaignKeyAlias}: deploy the registry ${registry} with an AccessCertification first`);
    }
    throw error;
  });
  return {
    keyId: keyId!,
    publicKey: publicKey!,
    sign: async (digest) => {
      const { Signature: signature } = await kms.send(new SignCommand({ KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: ALGORITHM }));
      return signature!;
    },
  };
}
