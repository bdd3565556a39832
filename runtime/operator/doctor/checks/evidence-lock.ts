import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { Check, error, ok, warning } from '../check';

/** What is written to the evidence bucket is locked. */
export const evidenceLock: Check = {
  name: 'evidence lock',
  needs: ['s3:GetBucketObjectLockConfiguration'],
  async look({ connection: { s3, bucket, account } }) {
    const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: account }))
      .catch((failure: unknown) => {
        if (failure instanceof Error && failure.name === 'ObjectLockConfigurationNotFoundError') {
          return { ObjectLockConfiguration: undefined };
        }
        throw failure;
      });
    if (lock?.ObjectLockEnabled !== 'Enabled') {
      return [error(`the bucket ${bucket} has no Object Lock: it is not as the registry made it`, 'find out who created it; the registry\'s stack creates it with Object Lock')];
    }
    const { Mode: mode, Days: days, Years: years } = lock.Rule?.DefaultRetention ?? {};
    return [mode === undefined ? warning(`what is written to ${bucket} is not locked, and can be deleted`, 'set evidenceLock of the registry to EvidenceLock.governance() or EvidenceLock.compliance()')
      : ok(`${bucket} locks what is written for ${days === undefined ? `${years} years` : `${days} days`} (${mode})`)];
  },
};
