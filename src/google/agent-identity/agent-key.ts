import { createHash, X509Certificate } from 'node:crypto';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';

/** A key that was made outside of Google and of Terraform. */
export interface UploadedKeyProps {
  /** The certificate of the public key, PEM: X.509, RSA of 2048 bits or more, with an end. */
  readonly certificate: string;

  /** The secret that holds the private key, and the only place that does: `projects/<project>/secrets/<id>`. It is the agent's own and is deleted when it leaves. */
  readonly privateKeySecret: string;
}

const LEAST_BITS = 2048;

/**
 * A user-managed key, for a runtime that can neither be attached nor federated. Only its public half is uploaded: a key that Google makes has its private half in
 * Terraform's state, where whoever reads the state has it.
 */
export class AgentKey {
  /**
   * A key pair that its holder made, with the private half in Secret Manager. It ends as its certificate does.
   *
   * Fails with `CertificateInvalid`.
   */
  public static uploaded(props: UploadedKeyProps): AgentKey {
    const certificate = requireLiteral('the certificate', props.certificate);
    let parsed: X509Certificate;
    try {
      if (/PRIVATE KEY/.test(certificate)) {
        throw new Error('it holds a private key');
      }
      parsed = new X509Certificate(certificate);
    } catch (error) {
      // Nothing of the text is shown: it may be a private key.
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
