import { aws_s3 as s3, Duration } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** How each decommission certificate is locked with S3 Object Lock. */
export class EvidenceLock {
  /**
   * Governance mode: `s3:BypassGovernanceRetention` removes the lock. The bucket's policy denies it to everyone: a principal must change that policy first.
   *
   * @param retention whole days, one or more
   */
  public static governance(retention: Duration): EvidenceLock {
    return new EvidenceLock(s3.ObjectLockRetention.governance(wholeDays(retention)));
  }

  /**
   * Compliance mode: no one may remove the lock, not even the account's root user.
   *
   * @param retention whole days, one or more
   */
  public static compliance(retention: Duration): EvidenceLock {
    return new EvidenceLock(s3.ObjectLockRetention.compliance(wholeDays(retention)));
  }

  /** Certificates are not locked, and can be deleted: for development. */
  public static none(): EvidenceLock {
    return new EvidenceLock(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _retention: s3.ObjectLockRetention | undefined,
  ) {}
}

function wholeDays(retention: Duration): Duration {
  if (typeof retention?.isUnresolved !== 'function') {
    throw new InvalidInputError('EvidenceRetentionInvalid', `evidence can't be locked for ${shown(retention)}: use a Duration, such as Duration.days(400)`);
  }
  if (retention.isUnresolved() || retention.toSeconds() === 0 || !Number.isInteger(retention.toDays({ integral: false }))) {
    throw new InvalidInputError('EvidenceRetentionInvalid',
      `evidence can't be locked for ${retention.isUnresolved() ? 'a token' : retention.toHumanString()}: use whole days, one or more`);
  }
  return retention;
}
