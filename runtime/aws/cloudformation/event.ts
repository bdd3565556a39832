import { createHash } from 'node:crypto';
import * as z from 'zod';
import { notAdoptable } from '../../../src/contract/adoption';
import { ACCEPTED_SCHEMA_VERSIONS, isRefusedId, LifecycleProperties, roleIdIn, SCHEMA_VERSION } from '../../../src/contract/lifecycle-resource';
import { MOST_ACCESS_PARTS } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { requestIdOf } from '../../../src/contract/request-id';
import { RoleNaming, rolePlace } from '../../../src/contract/role-names';
import { validateAgentName } from '../../../src/core/agent-name';
import { InvalidInputError } from '../../../src/core/errors';
import { PRODUCTION_PROFILE, RiskProfile } from '../../../src/core/risk-profile';
import { declaredIn, declaredProperties } from '../../model/declared-properties';
import { PrincipalRef } from '../../model/placement-state';
import { Change, Intent, LifecycleRequest } from '../../model/request';

/** The fields that every custom resource's event has. A response needs no others. */
export const envelope = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string().min(1).max(256),
  StackId: z.string().max(512).regex(/^arn:[a-z-]+:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z][A-Za-z0-9-]*\/[A-Za-z0-9-]+$/),
  LogicalResourceId: z.string().max(255).regex(/^[A-Za-z0-9]+$/),
  PhysicalResourceId: z.string().max(1024).optional(),
  ResponseURL: z.string().max(8192),
  ResourceProperties: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelope>;

const arnOfRole = z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\x21-\x7e]{1,600}$/);

const properties = declaredProperties.extend({
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  RoleArn: arnOfRole,
  RoleId: z.string().regex(/^[A-Za-z0-9]{10,128}$/).optional(),
  Replaces: arnOfRole.optional(),
  Boundary: z.string().regex(/^arn:[a-z-]+:iam::(\d{12}|aws):policy\/[\x21-\x7e]{1,600}$/).optional(),
  OwnGuard: z.enum(['true', 'false']).optional(),
  AccessParts: z.string().regex(/^\d$/).refine((count) => Number(count) <= MOST_ACCESS_PARTS, `are at most ${MOST_ACCESS_PARTS}`).optional(),
}) satisfies z.ZodType<LifecycleProperties>;

type Properties = z.infer<typeof properties>;

/** The registry that receives a request. */
export interface RequestedRegistry extends RoleNaming {
  readonly name: string;
  /** Account of the registry. CloudFormation sends requests only from stacks of the same account and region. */
  readonly account: string;
  readonly region: string;
  /** IAM path of all its principals. */
  readonly path: string;
  /** What each stage demands. The registry decides this, not the agent's own stack. */
  readonly stages: ReadonlyMap<string, RiskProfile>;
}

/**
 * Reads a lifecycle request. All fields are checked, because anyone who can invoke the function can write any event. Whether CloudFormation really
 * sent the request is checked before the decision (`confirmRequest`).
 *
 * @throws InvalidInputError `SchemaTooNew`, `SchemaTooOld`, `PropertiesInvalid`, `RegistryMismatch`, `StackOutsideRegistry`, `PrincipalOutsideRegistry`, and the codes of invalid
 *   names, sponsors and expiries
 */
export function parseRequest(event: Envelope, registry: RequestedRegistry): LifecycleRequest {
  requireKnownSchema(event, registry.name);
  const parsed = properties.safeParse(event.ResourceProperties);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InvalidInputError('PropertiesInvalid', `the properties of ${event.LogicalResourceId} are not those of a lifecycle resource: ${issues.join('; ')}`);
  }
  const props = parsed.data;
  if (props.Registry !== registry.name) {
    throw new InvalidInputError('RegistryMismatch', `${event.LogicalResourceId} is of the registry ${props.Registry}, this is ${registry.name}: deploy it to its own registry`);
  }
  const [, , , region, account] = event.StackId.split(':');
  if (account !== registry.account || region !== registry.region) {
    throw new InvalidInputError('StackOutsideRegistry',
      `the stack ${event.StackId} is in account ${account} and region ${region}, the registry ${registry.name} is in ${registry.account} and ${registry.region}: deploy the agent there`);
  }
  const agentName = validateAgentName(props.AgentName);
  const intent = intentOf(event, props, account, registry);
  const unique = createHash('sha256').update(JSON.stringify([event.StackId, event.LogicalResourceId, event.RequestId])).digest('hex').slice(0, 32);
  return {
    requestId: requestIdOf('cloudformation', intent.kind, unique),
    registry: registry.name,
    placement: { account, agentName },
    origin: {
      kind: 'cloudformation',
      stackId: event.StackId,
      logicalResourceId: event.LogicalResourceId,
      eventId: event.RequestId,
      ...(event.PhysicalResourceId === undefined ? {} : { physicalResourceId: event.PhysicalResourceId }),
    },
    intent,
  };
}

/** Properties of another version may mean something that this engine would ignore. */
function requireKnownSchema({ ResourceProperties: { SchemaVersion: schema }, LogicalResourceId: id }: Envelope, registry: string): void {
  if (typeof schema !== 'string' || !/^\d{1,6}$/.test(schema) || ACCEPTED_SCHEMA_VERSIONS.some((accepted) => accepted === schema)) {
    return;
  }
  const accepted = `the registry ${registry} accepts the schema versions ${ACCEPTED_SCHEMA_VERSIONS.join(' and ')}`;
  if (Number(schema) > Number(SCHEMA_VERSION)) {
    throw new InvalidInputError('SchemaTooNew',
      `${id} has schema version ${schema}, and ${accepted}; nothing was changed: deploy the registry with the agent's version of cdk-nhi-lifecycle first, then the agent`);
  }
  throw new InvalidInputError('SchemaTooOld',
    `${id} has schema version ${schema}, and ${accepted}; nothing was changed: deploy the agent with the registry's version of cdk-nhi-lifecycle`);
}

function intentOf(event: Envelope, props: Properties, account: string, registry: RequestedRegistry): Intent {
  const named = roleIdIn(event.PhysicalResourceId);
  if (event.RequestType === 'Delete') {
    // CloudFormation generated this id because the Create got no response in time. It stands for the principal in the properties.
    return {
      kind: 'withdraw',
      principal: named ?? props.RoleId ?? '',
      stage: props.Stage,
      neverJoined: isRefusedId(event.PhysicalResourceId),
      ...(props.Adopted === undefined ? {} : { adoptedRole: props.RoleName }),
    };
  }
  const declaration: Omit<Change, 'kind'> = {
    principal: props.Adopted === undefined ? principalOf(props, account, registry) : adoptedOf(props, account, registry),
    declared: declaredIn(props, registry.stages.get(props.Stage) ?? PRODUCTION_PROFILE),
    ...(registry.stages.has(props.Stage) ? {} : { knownStages: [...registry.stages.keys()] }),
    ...(props.TransferFrom === undefined ? {} : { transferFrom: props.TransferFrom }),
    ...(props.Replaces === undefined ? {} : { replaces: props.Replaces }),
  };
  return event.RequestType === 'Create'
    ? { kind: 'join', ...declaration }
    : { kind: 'change', ...declaration, ...(named === undefined ? {} : { begins: named }) };
}

/**
 * The principal's place must contain the agent's name. This keeps a stack from passing another agent's role as this agent's. Whether a role with a generated
 * name is the one of the requesting stack is asked of CloudFormation, as for any role (`confirmRequest`).
 */
function principalOf(props: Properties, account: string, registry: RequestedRegistry): PrincipalRef {
  const { RoleArn: roleArn, RoleName: name, RoleId: roleId, Stage: stage, Boundary: boundary } = props;
  if (roleId === undefined) {
    throw new InvalidInputError('PropertiesInvalid', 'RoleId is missing: only an adopted role may be named without its id');
  }
  const accessParts = Number(props.AccessParts ?? 0);
  const { path, roleName: expected = name } = rolePlace(registry, registry.path, props.AgentName, stage);
  const [, partition] = roleArn.split(':');
  if (name !== expected || roleArn !== `arn:${partition}:iam::${account}:role${path}${expected}`) {
    throw new InvalidInputError('PrincipalOutsideRegistry',
      `role ${roleArn} (${name}) is not the role of agent ${props.AgentName} in stage ${stage}, which is ${path}${registry.generatedNames ? '*' : expected} in account ${account}: the registry manages no other roles`);
  }
  return {
    roleId,
    roleName: name,
    roleArn,
    path,
    stage,
    ownGuard: props.OwnGuard === 'true',
    ...(accessParts === 0 ? {} : { accessParts }),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

/** An adopted role may have any name and path, but not just any. Its contents are looked at before the decision. */
function adoptedOf(props: Properties, account: string, registry: RequestedRegistry): PrincipalRef {
  const { RoleArn: roleArn, RoleName: name, RoleId: roleId = '', Stage: stage, AgentName: agentName } = props;
  const [, partition, , , of, resource] = roleArn.split(':');
  const path = resource.slice('role'.length, resource.length - name.length);
  const names = new RegistryNames(registry.name, registry.path);
  const problem = of !== account ? `it is of account ${of}, and the registry manages roles of account ${account}`
    : roleArn !== `arn:${partition}:iam::${account}:role${path}${name}` || !/^\/([\x21-\x7e]*\/)?$/.test(path) ? `its ARN does not end in its name ${name}`
      : notAdoptable({ roleName: name, path }, names);
  if (problem !== undefined) {
    throw new InvalidInputError('RoleNotAdoptable', `agent ${agentName} can't adopt role ${roleArn}: ${problem}`);
  }
  return { roleId, roleName: name, roleArn, path, stage, reach: names.reachRole(agentName) };
}
