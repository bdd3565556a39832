import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeclaringAgent } from './access-properties';
import { AccessDeclaration } from './declared-access';
import { Plumbing } from './plumbing';
import { AgentStage } from '../../core';
import { shown } from '../../core/shown';
import { RoleHolder } from '../agent-runtime/role-holders';
import { globMatches } from '../iam/globs';
import { parseStatements, StatementJson } from '../iam/statement';

const GRANT_IN_EVERY_STAGE = 'GrantInEveryStage';
const ACKNOWLEDGED_AS = `cdk-nhi-lifecycle::${GRANT_IN_EVERY_STAGE}`;
/** Metadata in which `Validations.of(scope).acknowledge()` records an id and its reason. */
const ACKNOWLEDGED_RULES = 'aws:cdk:acknowledged-rules';

/** Advice for constructs that add grants by themselves. */
export const UNCHANGED_ROLE = 'If a construct adds it by itself, give it the role as iam.Role.fromRoleArn(scope, id, role.roleArn, { mutable: false }), to which nothing can be added';

interface EveryStageProps {
  readonly agent: Construct;
  readonly role: Construct;
  readonly stage: AgentStage;
  readonly declaring: Pick<DeclaringAgent, 'declarations'>;
  readonly holders: readonly RoleHolder[];
}

/**
 * A grant to the role, to the principal or to compute that has the role doesn't end with the stage. What a service needs to run the compute may follow the agent, and what the present
 * stage declares as well: some constructs add to the role by themselves.
 */
export function grantsInEveryStage({ agent, role, stage, declaring: { declarations }, holders }: EveryStageProps): string[] {
  const added = declarations.filter(({ grantedTo }) => grantedTo === 'role');
  if (added.length === 0 || isAcknowledged(agent)) {
    return [];
  }
  const plumbing = new Plumbing(role, holders);
  const json = (statement: iam.PolicyStatement): StatementJson[] => parseStatements(Stack.of(agent).resolve(statement.toStatementJson()));
  const others = added.filter(({ statement }) => !plumbing.covers(statement));
  const declared = others.length === 0 ? [] : declarations.filter(({ live, grantedTo }) => live && (grantedTo === 'stage' || grantedTo === 'present')).flatMap(({ statement }) => json(statement));
  return others.filter(({ statement }) => !json(statement).every((one) => isDeclared(one, declared)))
    .map((declaration) => fault(agent, stage, declaration));
}

function fault(agent: Construct, stage: AgentStage, { statement, grantedBy }: AccessDeclaration): string {
  const resources: unknown[] = Stack.of(agent).resolve(statement.resources);
  const line = `${grantedBy ?? 'grant'}(accessIn(stage))`;
  return `${GRANT_IN_EVERY_STAGE}: ${agent.node.path}: ${statement.actions.join(', ')} on ${resources.map((resource) => shown(resource)).join(', ')} was granted to the role, to the agent's principal or to compute that has the role, `
    + `so the agent would have it in every stage: grant it to the agent in stage ${stage.name}, and in each other stage that needs it, with ${line}. ${UNCHANGED_ROLE}. `
    + `Or acknowledge it with Validations.of(agent).acknowledge() under the id ${ACKNOWLEDGED_AS}, with a reason`;
}

function isDeclared(statement: StatementJson, declared: readonly StatementJson[]): boolean {
  const exact = statement.notActions.length === 0 && statement.notResources.length === 0;
  return exact && statement.actions.every((action) => statement.resources.every((resource) => declared.some((one) =>
    one.effect === 'Allow'
    && one.actions.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()))
    && one.resources.some((pattern) => JSON.stringify(pattern) === JSON.stringify(resource))
    && (isEmpty(one.conditions) || JSON.stringify(one.conditions) === JSON.stringify(statement.conditions)))));
}

function isEmpty(conditions: StatementJson['conditions']): boolean {
  return Object.keys(conditions ?? {}).length === 0;
}

/** Whether the rule is acknowledged on the agent or above it. */
function isAcknowledged(agent: Construct): boolean {
  return agent.node.scopes.some(({ node }) => node.metadata.some(({ type, data }) =>
    type === ACKNOWLEDGED_RULES && Object.keys(data as object).includes(ACKNOWLEDGED_AS)));
}

/**
 * The construct's method that asks for access, from the call stack. The error advises to call this method, such as `grantReadWrite`, with another
 * grantee.
 */
export function grantMethod(): string | undefined {
  const { stack = '' } = new Error();
  const methods = [...stack.matchAll(/at (?:\w+\.)*(\w+)(?: \[as \w+\])? \(.*aws-cdk-lib/g)].map(([, method]) => method);
  return methods.filter((method) => /^grant[A-Z]/.test(method)).at(-1);
}
