import { createHash, X509Certificate } from 'node:crypto';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';

/** A key that was created outside of Google and of Terraform. */
export interface UploadedKeyProps {
  /** The certificate of the public key, PEM: X.509, RSA of 2048 bits or more, with an end. */
  readonly certificate: string;

  /**
   * The secret that holds the private key, which is stored nowhere else: `projects/<project>/secrets/<id>`. It is the agent's own and is deleted when
   * the agent leaves.
   */
  readonly privateKeySecret: string;
}

const LEAST_BITS = 2048;
const ONE_CERTIFICATE = /^-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\n$/;

/**
 * A user-managed key, for a runtime that can neither be attached nor federated. Only its public half is uploaded. If Google created the key, its
 * private half would be in Terraform's state, where anyone with read access to the state could read it.
 */
export class AgentKey {
  /**
   * A key pair that its holder created, with the private half in Secret Manager. It ends when its certificate ends.
   *
   * Fails with `CertificateInvalid`.
   */
  public static uploaded(props: UploadedKeyProps): AgentKey {
    const certificate = `${requireLiteral('the certificate', props.certificate).trim()}\n`;
    let parsed: X509Certificate;
    try {
      if (/PRIVATE KEY/.test(certificate)) {
        throw new Error('it holds a private key');
      }
      // Node.js reads the first certificate and passes over what stands around it, which Google would receive as well.
      if (!ONE_CERTIFICATE.test(certificate)) {
        throw new Error('it is not one PEM block');
      }
      parsed = new X509Certificate(certificate);
    } catch (error) {
      // The message shows nothing of the text, because it may be a private key.
      throw new InvalidInputError('CertificateInvalid', `the certificate of ${certificate.length} characters can't be read (${(error as Error).message}): give the PEM text of an X.509 certificate and nothing else`);
    }
    const { asymmetricKeyType, asymmetricKeyDetails } = parsed.publicKey;
    if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS) {
      throw new InvalidInputError('CertificateInvalid', `the certificate's key is ${asymmetricKeyType} of ${asymmetricKeyDetails?.modulusLength ?? '?'} bits: Google takes RSA, ${LEAST_BITS} bits or more`);
    }
    return new AgentKey(certificate, Expiry.at(new Date(parsed.validTo).toISOString()), props.privateKeySecret);
  }

  private constructor(
    /** The certificate, PEM. */
    public readonly certificate: string,
    /** When the key ends. */
    public readonly expires: Expiry,
    /** The secret that holds the private key. */
    public readonly privateKeySecret: string,
  ) {}

  /** @internal */
  public get _fingerprint(): string {
    return createHash('sha256').update(this.certificate).digest('hex').slice(0, 16);
  }
}
