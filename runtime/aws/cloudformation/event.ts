import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EVERY_STAGE, isRefusedId, LifecycleProperties, roleIdIn, SCHEMA_VERSION } from '../../../src/contract/lifecycle-resource';
import { SECRET_NAME, STACK_NAME } from '../../../src/contract/name-forms';
import { requestIdOf } from '../../../src/contract/request-id';
import { roleName, rolePath } from '../../../src/contract/role-names';
import { validateAgentName } from '../../../src/core/agent-name';
import { InvalidInputError } from '../../../src/core/errors';
import { Expiry } from '../../../src/core/expiry';
import { REGISTRY_NAME, STAGE_NAME } from '../../../src/core/name-forms';
import { requirePurpose } from '../../../src/core/purpose';
import { PRODUCTION_PROFILE, RiskProfile } from '../../../src/core/risk-profile';
import { parseSponsorRecord } from '../../../src/core/sponsor-record';
import { requirePlainText } from '../../../src/core/text';
import { UNSEEN } from '../../../src/core/unseen';
import { AccessRecord, Declared, PrincipalRef } from '../../model/placement-state';
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

const text = z.string().min(1).max(1024);
/** Ledger, events and terminals show it. */
const plain = text.refine((value) => !UNSEEN.test(value), 'holds line breaks, control characters or marks that no one sees');
const stackName = z.string().regex(STACK_NAME);
const stageName = z.string().regex(STAGE_NAME);

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const grant = z.object({
  Effect: z.literal('Deny').optional(),
  Actions: z.array(plain).max(10_000),
  Resources: z.array(plain).max(10_000),
  Condition: plain.optional(),
});

/** Higher than the constructs' own limit (32,000 characters of grants), so that none of their deployments is refused. */
const access = z.object({
  Stages: z.array(z.object({
    Stage: z.union([z.literal(EVERY_STAGE), stageName]),
    Digest: digest,
    Grants: z.array(grant).max(1_000).default([]),
    Omitted: z.string().regex(/^\d{1,6}$/).optional(),
  })).max(100).default([]),
  Policy: digest,
  Trust: digest,
  Trusted: z.array(plain).max(50).default([]),
  Guards: digest,
  Boundary: plain.optional(),
});

const properties = z.object({
  SchemaVersion: z.literal(SCHEMA_VERSION),
  Registry: z.string().regex(REGISTRY_NAME),
  AgentName: z.string(),
  Stage: stageName,
  Purpose: text,
  Sponsor: z.object({
    Kind: text,
    Name: text,
    Email: text,
    AccountableName: text.optional(),
    AccountableEmail: text.optional(),
    BackupEmail: text,
    Id: text.optional(),
    CostCenter: text.optional(),
  }),
  ExpiresAt: text,
  UntilCertified: z.enum(['true', 'false']).optional(),
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  RoleArn: z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\x21-\x7e]{1,600}$/),
  RoleId: z.string().regex(/^[A-Za-z0-9]{10,128}$/),
  Access: access,
  Boundary: z.string().regex(/^arn:[a-z-]+:iam::(\d{12}|aws):policy\/[\x21-\x7e]{1,600}$/).optional(),
  OwnGuard: z.enum(['true', 'false']).optional(),
  OwnSecrets: z.array(z.string().regex(SECRET_NAME)).max(50).optional(),
  Exceptions: z.array(z.object({ Actions: z.array(plain).max(100), Reason: text, Until: plain })).max(50).optional(),
  ExpectedUseDays: z.string().regex(/^[1-9]\d{0,2}$/).optional(),
  TransferFrom: stackName.optional(),
  TransferTo: stackName.optional(),
}) satisfies z.ZodType<LifecycleProperties>;

type Properties = z.infer<typeof properties>;

const LONGEST_USE_DAYS = 366;

/** The registry that receives a request. */
export interface RequestedRegistry {
  readonly name: string;
  /** Account of the registry. CloudFormation sends requests only from stacks of the same account and region. */
  readonly account: string;
  readonly region: string;
  /** IAM path of all its principals. */
  readonly path: string;
  /** Prefix of its principals' names. */
  readonly namePrefix: string;
  /** What each stage demands. The registry decides this, not the agent's own stack. */
  readonly stages: ReadonlyMap<string, RiskProfile>;
}

/**
 * Reads a lifecycle request. All fields are checked, because anyone who can invoke the function can write any event. Whether CloudFormation really
 * sent the request is checked before the decision (`confirmRequest`).
 *
 * @throws InvalidInputError `PropertiesInvalid`, `RegistryMismatch`, `StackOutsideRegistry`, `PrincipalOutsideRegistry`, and the codes of invalid
 *   names, sponsors and expiries
 */
export function parseRequest(event: Envelope, registry: RequestedRegistry): LifecycleRequest {
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

function intentOf(event: Envelope, props: Properties, account: string, registry: RequestedRegistry): Intent {
  const named = roleIdIn(event.PhysicalResourceId);
  if (event.RequestType === 'Delete') {
    // CloudFormation generated this id because the Create got no response in time. It stands for the principal in the properties.
    return { kind: 'withdraw', principal: named ?? props.RoleId, stage: props.Stage, neverJoined: isRefusedId(event.PhysicalResourceId) };
  }
  const declaration: Omit<Change, 'kind'> = {
    principal: principalOf(props, account, registry),
    declared: declaredOf(props, registry.stages.get(props.Stage) ?? PRODUCTION_PROFILE),
    ...(registry.stages.has(props.Stage) ? {} : { knownStages: [...registry.stages.keys()] }),
    ...(props.TransferFrom === undefined ? {} : { transferFrom: props.TransferFrom }),
  };
  return event.RequestType === 'Create'
    ? { kind: 'join', ...declaration }
    : { kind: 'change', ...declaration, ...(named === undefined ? {} : { begins: named }) };
}

/** The principal's name must contain the agent's name. This keeps a stack from passing another agent's role as this agent's. */
function principalOf(props: Properties, account: string, registry: RequestedRegistry): PrincipalRef {
  const { RoleArn: roleArn, RoleName: name, RoleId: roleId, Stage: stage } = props;
  const path = rolePath(registry.path, stage);
  const expected = roleName(registry.namePrefix, props.AgentName, stage);
  const [, partition] = roleArn.split(':');
  if (name !== expected || roleArn !== `arn:${partition}:iam::${account}:role${path}${expected}`) {
    throw new InvalidInputError('PrincipalOutsideRegistry',
      `role ${roleArn} (${name}) is not the role of agent ${props.AgentName} in stage ${stage}, which is ${path}${expected} in account ${account}: the registry manages no other roles`);
  }
  return { roleId, roleName: name, roleArn, path, stage, ownGuard: props.OwnGuard === 'true', ...(props.Boundary === undefined ? {} : { boundary: props.Boundary }) };
}

function declaredOf(props: Properties, profile: RiskProfile): Declared {
  const { Sponsor: sponsor } = props;
  return {
    stage: props.Stage,
    purpose: requirePurpose(props.Purpose),
    sponsor: parseSponsorRecord({
      kind: sponsor.Kind,
      name: sponsor.Name,
      email: sponsor.Email,
      accountableName: sponsor.AccountableName,
      accountableEmail: sponsor.AccountableEmail,
      backupEmail: sponsor.BackupEmail,
      ...(sponsor.Id === undefined ? {} : { id: sponsor.Id }),
      ...(sponsor.CostCenter === undefined ? {} : { costCenter: sponsor.CostCenter }),
    }),
    expiresAt: Expiry.at(props.ExpiresAt).iso,
    ...(props.UntilCertified === 'true' ? { untilCertified: true as const } : {}),
    profile,
    ownSecrets: props.OwnSecrets ?? [],
    access: accessOf(props.Access),
    exceptions: (props.Exceptions ?? []).map(({ Actions: actions, Reason: reason, Until: until }) => ({ actions, reason: requirePlainText('the reason of an exception', reason), until })),
    // A role that is used less than once a year can't be notified from one that is never used: IAM tracks 400 days.
    ...(props.ExpectedUseDays === undefined ? {} : { expectedUseDays: Math.min(Number(props.ExpectedUseDays), LONGEST_USE_DAYS) }),
    ...(props.TransferTo === undefined ? {} : { transferTo: props.TransferTo }),
  };
}

function accessOf({ Stages: stages, Policy: policy, Trust: trust, Trusted: trusted, Guards: guards, Boundary: boundary }: Properties['Access']): AccessRecord {
  return {
    stages: stages.map(({ Stage: stage, Digest, Grants: grants, Omitted: omitted }) => ({
      stage,
      digest: Digest,
      grants: grants.map(({ Effect: effect, Actions: actions, Resources: resources, Condition: condition }) => ({
        ...(effect === undefined ? {} : { effect }), actions, resources, ...(condition === undefined ? {} : { condition }),
      })),
      omitted: Number(omitted ?? 0),
    })),
    policy,
    trust,
    trusted,
    guards,
    ...(boundary === undefined ? {} : { boundary }),
  };
}
