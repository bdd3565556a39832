import { FORMS, PARTS } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { isTemplate, requireNormal } from '../terraform-text';

const ACCOUNT = new RegExp(`^serviceAccount:${PARTS.accountEmail}$`);
const USER = /^user:[^\s*:@]+@[a-z0-9.-]+\.[a-z]+$/i;
const FEDERATED = /^principal:\/\/iam\.googleapis\.com\/(?:projects\/\d+\/)?locations\/global\/work(?:load|force)(?:Identity)?Pools\/[a-z0-9-]+\/subject\/[^\s*"\\]{1,127}$/i;
/**
 * Checks and returns a member that names exactly one identity.
 *
 * @throws InvalidInputError `PrincipalAnybody`, `PrincipalNotOne`, `PrincipalInvalid`
 */
export function requireOnePrincipal(what: string, member: string): string {
  const text = requireLiteral(what, member);
  if (/^(?:allUsers|allAuthenticatedUsers)$/i.test(text)) {
    throw new InvalidInputError('PrincipalAnybody', `${what} ${shown(member)} is anybody: name one identity, such as serviceAccount:broker@acme-agents.iam.gserviceaccount.com`);
  }
  if (text.includes('*') || /^(?:principalSet:|group:|domain:|project(?:Owner|Editor|Viewer):)/i.test(text)) {
    throw new InvalidInputError('PrincipalNotOne',
      `${what} ${shown(member)} may be many, and more tomorrow: name one identity, such as serviceAccount:broker@acme-agents.iam.gserviceaccount.com or principal://...`);
  }
  // Terraform would evaluate a template, and bind a different principal than the one that was checked.
  if (isTemplate(text) || ![ACCOUNT, USER, FEDERATED, FORMS.agentIdentity].some((form) => form.test(text))) {
    throw new InvalidInputError('PrincipalInvalid', `${what} ${shown(member)} is not a principal: use serviceAccount:<email>, user:<email>, principal://iam.googleapis.com/.../subject/<subject> or the principal of an agent identity, principal://agents.global.org-<number>.system.id.goog/resources/aiplatform/...`);
  }
  return requireNormal(what, text);
}

/**
 * Checks and returns the principal of an agent identity.
 *
 * @throws InvalidInputError as `requireOnePrincipal`
 */
export function requireAgentIdentity(what: string, principal: string): string {
  const text = requireOnePrincipal(what, principal);
  if (!FORMS.agentIdentity.test(text)) {
    throw new InvalidInputError('PrincipalInvalid', `${what} ${shown(principal)} is not an agent identity: use the principal of the engine, principal://agents.global.org-<number>.system.id.goog/resources/aiplatform/...`);
  }
  return text;
}

/**
 * Checks and returns the email address of a service account.
 *
 * @throws InvalidInputError as `requireOnePrincipal`
 */
export function requireAccountEmail(what: string, email: string): string {
  const text = requireLiteral(what, email);
  if (!FORMS.accountEmail.test(text)) {
    requireOnePrincipal(what, text);
    throw new InvalidInputError('PrincipalInvalid', `${what} ${shown(email)} is not the address of a service account: use one such as deployer@acme-agents.iam.gserviceaccount.com`);
  }
  return text;
}
