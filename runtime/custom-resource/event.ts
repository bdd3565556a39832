import { createHash } from 'node:crypto';
import { z } from 'zod';
import { validateAgentName } from '../../src/core/agent-name';
import { InvalidInputError } from '../../src/core/errors';
import { Expiry } from '../../src/core/expiry';
import { PRODUCTION_PROFILE, RiskProfile } from '../../src/core/risk-profile';
import { parseSponsorRecord } from '../../src/core/sponsor-record';
import { Declared, PrincipalRef } from '../lifecycle/placement-state';
import { LifecycleRequest, readPhysicalId } from '../lifecycle/request';

/** What any custom resource's event has, and all that is needed to answer it. */
export const envelope = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string().min(1).max(256),
  StackId: z.string().regex(/^arn:[a-z-]+:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z0-9-]+\/.+$/),
  LogicalResourceId: z.string().min(1).max(255),
  PhysicalResourceId: z.string().max(1024).optional(),
  ResponseURL: z.string().max(8192),
  ResourceProperties: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelope>;

const text = z.string().min(1).max(1024);

// CloudFormation turns every scalar into a text.
const properties = z.object({
  SchemaVersion: z.literal('1'),
  Registry: z.string().regex(/^[a-z][a-z0-9-]{2,19}$/),
  AgentName: z.string(),
  Stage: z.string().regex(/^[a-z][a-z0-9]{1,14}$/),
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
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  RoleArn: z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\x21-\x7e]{1,600}$/),
  RoleId: z.string().regex(/^[A-Za-z0-9]{10,128}$/),
  GuardDigest: z.string().max(128),
  OwnGuard: z.enum(['true', 'false']).optional(),
  OwnSecrets: z.array(z.string().regex(/^[\w/+=.@-]{1,512}$/)).max(50).optional(),
  Exceptions: z.array(z.object({ Actions: z.array(text).max(100), Reason: text, Until: text })).max(50).optional(),
  TransferFrom: z.string().max(128).optional(),
});

/** What a request is read for. */
export interface RequestedRegistry {
  readonly name: string;
  /** IAM path that all its principals are under. */
  readonly path: string;
  /** What each stage demands: the registry's word counts, not that of the agent's code. */
  readonly stages: ReadonlyMap<string, RiskProfile>;
}

/**
 * Reads a lifecycle request; everything in it is checked, as whoever may invoke the function can write anything.
 *
 * @throws InvalidInputError `PropertiesInvalid`, `RegistryMismatch`, `PrincipalOutsideRegistry`, and what names, sponsors and expiries fail with
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
  const account = event.StackId.split(':')[4];
  const physical = readPhysicalId(event.PhysicalResourceId);
  return {
    requestId: createHash('sha256').update(JSON.stringify([event.StackId, event.LogicalResourceId, event.RequestId])).digest('hex').slice(0, 32),
    kind: event.RequestType,
    registry: registry.name,
    placement: { account, agentName: validateAgentName(props.AgentName) },
    stackId: event.StackId,
    logicalResourceId: event.LogicalResourceId,
    neverJoined: physical.neverJoined,
    ...(physical.roleId === undefined ? {} : { physicalRoleId: physical.roleId }),
    ...(event.PhysicalResourceId === undefined ? {} : { physicalResourceId: event.PhysicalResourceId }),
    principal: {
      ...principalOf(props.RoleArn, props.RoleName, props.RoleId, props.Stage, account, registry.path),
      ownGuard: props.OwnGuard === 'true',
    },
    declared: declaredOf(props, registry.stages.get(props.Stage) ?? PRODUCTION_PROFILE),
    ...(registry.stages.has(props.Stage) ? {} : { knownStages: [...registry.stages.keys()] }),
    ...(props.TransferFrom === undefined ? {} : { transferFrom: props.TransferFrom }),
  };
}

function principalOf(roleArn: string, roleName: string, roleId: string, stage: string, account: string, registryPath: string): PrincipalRef {
  const [, , , , roleAccount, resource] = roleArn.split(':');
  const path = resource.slice('role'.length, resource.length - roleName.length);
  if (roleAccount !== account || !resource.endsWith(`/${roleName}`) || !path.startsWith(registryPath)) {
    throw new InvalidInputError('PrincipalOutsideRegistry', `role ${roleArn} (${roleName}) is not a role of account ${account} under ${registryPath}: the registry manages no other roles`);
  }
  return { roleId, roleName, roleArn, path, stage };
}

function declaredOf(props: z.infer<typeof properties>, profile: RiskProfile): Declared {
  const { Sponsor: sponsor } = props;
  return {
    stage: props.Stage,
    purpose: props.Purpose,
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
    profile,
    guardDigest: props.GuardDigest,
    ownSecrets: props.OwnSecrets ?? [],
    exceptions: (props.Exceptions ?? []).map(({ Actions: actions, Reason: reason, Until: until }) => ({ actions, reason, until })),
  };
}
