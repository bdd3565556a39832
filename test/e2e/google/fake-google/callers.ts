import { Refusal } from './wire';

/** What each call of a suspension and of a resumption needs. */
const NEEDS: readonly (readonly [call: RegExp, permission: string | undefined])[] = [
  [/^GET \/v1\/userinfo$/, undefined],
  [/^GET \/v1\/projects\/[^/]+\/serviceAccounts\/[^/]+$/, 'iam.serviceAccounts.get'],
  [/^POST .*\/serviceAccounts\/[^/]+:disable$/, 'iam.serviceAccounts.disable'],
  [/^POST .*\/serviceAccounts\/[^/]+:enable$/, 'iam.serviceAccounts.enable'],
  [/^POST \/v2\/policies\/[^/]+\/denypolicies$/, 'iam.denypolicies.create'],
  [/^GET \/v2\/policies\//, 'iam.denypolicies.get'],
  [/^DELETE \/v2\/policies\//, 'iam.denypolicies.delete'],
  [/^GET \/v1\/projects\/[^/]+\/secrets\/[^/]+\/versions\/[^/]+:access$/, 'secretmanager.versions.access'],
  [/^GET \/storage\/v1\/b\/[^/]+$/, 'storage.buckets.get'],
  [/^GET \/storage\/v1\/b\/[^/]+\/o$/, 'storage.objects.list'],
  [/^GET \/storage\/v1\/b\/[^/]+\/o\//, 'storage.objects.get'],
  [/^POST \/upload\/storage\//, 'storage.objects.create'],
  [/:publish$/, 'pubsub.topics.publish'],
];

/** A person who has some permissions everywhere, and no others. */
export interface FakeCaller {
  readonly email: string;
  readonly permissions: readonly string[];
}

/** Refuses a call for which the caller has no permission. */
export function requirePermitted({ email, permissions }: FakeCaller, call: string): void {
  const need = NEEDS.find(([form]) => form.test(call));
  if (need === undefined || (need[1] !== undefined && !permissions.includes(need[1]))) {
    throw new Refusal(403, `Permission '${need?.[1] ?? 'unknown'}' denied for ${email}.`);
  }
}
