import { ACT_AS_OTHERS, GIVE_ACCESS, RUN_AS_OTHERS } from './strong-roles';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

interface RoleRule {
  readonly code: string;
  readonly matches: (role: string) => boolean;
  readonly problem: string;
  readonly fix: string;
}

const ROLE = /^(?:roles\/[a-zA-Z0-9._]+|(?:projects\/[a-z0-9.:-]+|organizations\/\d+)\/roles\/[a-zA-Z0-9._]{3,64})$/;
const PRIMITIVE = ['owner', 'editor', 'viewer', 'admin', 'writer', 'reader'].map((name) => `roles/${name}`);
const IDENTITY_SERVICES = /^roles\/(?:iam|resourcemanager|orgpolicy|billing|accesscontextmanager|privilegedaccessmanager)\./;
const READS_ONLY = /(?:[vV]iewer|[rR]eviewer)$/;
const isOneOf = (names: readonly string[]) => (role: string) => role.startsWith('roles/') && names.includes(role.slice('roles/'.length));

/** Rules for roles that no agent may have. Most are recognized by their names. `strong-roles.ts` lists the others. */
const RULES: readonly RoleRule[] = [
  {
    code: 'RoleInvalid',
    matches: (role) => !ROLE.test(role),
    problem: 'is no role',
    fix: 'write roles/<service>.<name>, projects/<project>/roles/<id> or organizations/<number>/roles/<id>',
  },
  {
    code: 'PrimitiveRole',
    matches: (role) => PRIMITIVE.includes(role),
    problem: 'is a basic role: it reaches every service of the project, and Google takes no condition on it, so it would not end',
    fix: 'use a predefined role of one service, such as roles/bigquery.dataViewer',
  },
  {
    code: 'AdminRole',
    matches: (role) => isOneOf(GIVE_ACCESS)(role) || (role.startsWith('roles/') && /(?:[./]admin|Admin)(?![a-z])/.test(role) && !READS_ONLY.test(role)),
    problem: 'administers its service, and so may give others and itself access',
    fix: 'use a role that only reads or writes data, or a custom role with the permissions it needs',
  },
  {
    code: 'OwnerRole',
    matches: (role) => /^roles\/.*[oO]wner$/.test(role),
    problem: 'may change who has access to what it owns',
    fix: 'use the editor or viewer of the data, such as roles/bigquery.dataEditor',
  },
  {
    code: 'IdentityRole',
    matches: (role) => isOneOf(ACT_AS_OTHERS)(role) || (IDENTITY_SERVICES.test(role) && !READS_ONLY.test(role)),
    problem: 'acts as other identities or changes them, their organisation or its policies',
    fix: 'leave that to the pipeline; who may act as the agent is its runtime',
  },
  {
    code: 'ServiceAgentRole',
    matches: (role) => /^roles\/.*[sS]erviceAgent(?![a-z])/.test(role),
    problem: 'is for accounts of Google\'s own services and may change without notice',
    fix: 'use a predefined role for people and workloads',
  },
  {
    code: 'RunsAsOthers',
    matches: isOneOf(RUN_AS_OTHERS),
    problem: 'deploys or starts work that runs as another identity',
    fix: 'let the pipeline start it, or use a custom role without that permission: to call a model of Vertex AI, one with aiplatform.endpoints.predict',
  },
];

/**
 * Checks and returns a role that an agent may have.
 *
 * @throws InvalidInputError with the code of the rule that rejects it
 */
export function requireAgentRole(role: string): string {
  const text = requireLiteral('the role', role);
  const broken = RULES.find(({ matches }) => matches(text));
  if (broken !== undefined) {
    throw new InvalidInputError(broken.code, `role ${shown(role)} is not allowed, it ${broken.problem}: ${broken.fix}`);
  }
  return text;
}
