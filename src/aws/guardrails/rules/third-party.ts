import { listed, principalRule, TRUST } from './built-in-rule';

/** A role of another account that is named exactly is one principal, which the owner of the app has chosen. */
const OUTSIDERS = ['account', 'user', 'vendor'];

export const THIRD_PARTY = principalRule('third-party', {
  when: 'a vendor, or the whole of an account that is not of this app and not of `organizationAccounts`, can assume the role without an external id or a condition on the organization',
  why: 'a vendor serves many customers, and one of them can make it act in your account (confused deputy)',
}, ({ name, _callers }) => {
  const found = _callers.filter(({ weakness, kind }) => weakness === 'no-external-id' && OUTSIDERS.includes(kind));
  return found.length === 0 ? undefined : {
    location: TRUST,
    problem: `role ${name} can be assumed without an external id by ${listed(found.map((caller) => caller.name))}`,
    fix: 'add StringEquals on sts:ExternalId with the text that the vendor gives you (externalIds of the principal), or list the account in organizationAccounts if it is your own',
  };
});
