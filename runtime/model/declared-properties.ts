import * as z from 'zod';
import { AccessRecord, Declared, GrantRecord } from './placement-state';
import { plain } from './plain-text';
import { revokerIn, revokerList } from './revoker-properties';
import { MOST_ACCESS_KEYS, USER_KEY_KINDS } from '../../src/contract/access-keys';
import { ON_REMOVAL } from '../../src/contract/adoption';
import { MOST_DELEGATES } from '../../src/contract/delegation';
import { ACCEPTED_SCHEMA_VERSIONS, EVERY_STAGE, MOST_TRUSTED } from '../../src/contract/lifecycle-resource';
import { PROVIDER_NAME, SECRET_NAME, STACK_NAME } from '../../src/contract/name-forms';
import { CREDENTIAL_KINDS, CREDENTIAL_NAME, MOST_CREDENTIALS } from '../../src/contract/own-credentials';
import { Expiry } from '../../src/core/expiry';
import { AGENT_NAME, REGISTRY_NAME, STAGE_NAME } from '../../src/core/name-forms';
import { requirePurpose } from '../../src/core/purpose';
import { RiskProfile } from '../../src/core/risk-profile';
import { parseSponsorRecord } from '../../src/core/sponsor-record';
import { requirePlainText } from '../../src/core/text';

const text = z.string().min(1).max(1024);
const stackName = z.string().regex(STACK_NAME);
const stageName = z.string().regex(STAGE_NAME);

const seconds = z.string().regex(/^[1-9]\d{0,7}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Actions on resources, as templates write them. */
export const grantProperties = z.object({
  Effect: z.literal('Deny').optional(),
  Actions: z.array(plain).max(10_000),
  Resources: z.array(plain).max(10_000),
  Condition: plain.optional(),
});

/** All grants of stages of which the properties leave out some, in the metadata of the access policy. */
export const metadataGrants = z.array(z.object({ Stage: z.string(), Grants: z.array(grantProperties) }));

/** Higher than the constructs' own limit (32,000 characters of grants), so that none of their deployments is refused. */
const access = z.object({
  Stages: z.array(z.object({
    Stage: z.union([z.literal(EVERY_STAGE), stageName]),
    Digest: digest,
    Grants: z.array(grantProperties).max(1_000).default([]),
    Omitted: z.string().regex(/^\d{1,6}$/).optional(),
  })).max(100).default([]),
  Policy: digest,
  Trust: digest,
  Trusted: z.array(plain).max(MOST_TRUSTED).default([]),
  TrustParts: z.object({ Allows: z.array(digest).max(1_000).default([]), Denies: z.array(digest).max(1_000).default([]) }).optional(),
  Guards: digest,
  Boundary: plain.optional(),
});

/** What the lifecycle resource of a template says of an agent, besides its principal. */
export const declaredProperties = z.object({
  SchemaVersion: z.enum(ACCEPTED_SCHEMA_VERSIONS),
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
  Access: access,
  OwnSecrets: z.array(z.string().regex(SECRET_NAME)).max(50).optional(),
  Delegates: z.array(z.string().regex(AGENT_NAME)).max(MOST_DELEGATES).optional(),
  IsDelegate: z.literal('true').optional(),
  OwnProviders: z.array(z.string().regex(PROVIDER_NAME)).max(50).optional(),
  AccessKeys: z.array(z.object({
    Kind: z.enum(USER_KEY_KINDS).optional(),
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    User: z.string().regex(/^[\w+=,.@-]{1,64}$/),
    Secret: z.string().regex(SECRET_NAME),
    RotateSeconds: seconds,
    GraceSeconds: seconds,
    Until: plain,
  })).max(MOST_ACCESS_KEYS).optional(),
  Credentials: z.array(z.object({
    Kind: z.enum(CREDENTIAL_KINDS),
    Name: z.string().regex(CREDENTIAL_NAME),
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html
    UserPool: z.string().regex(/^[\w-]+_[0-9a-zA-Z]+$/).max(55).optional(),
    TokenSeconds: seconds.optional(),
  })).max(MOST_CREDENTIALS).optional(),
  Revokers: revokerList.optional(),
  Exceptions: z.array(z.object({ Actions: z.array(plain).max(100), Reason: text, Until: plain })).max(50).optional(),
  ExpectedUseDays: z.string().regex(/^[1-9]\d{0,2}$/).optional(),
  Adopted: z.enum(ON_REMOVAL).optional(),
  TransferFrom: stackName.optional(),
  TransferTo: stackName.optional(),
});

export type DeclaredProperties = z.infer<typeof declaredProperties>;

const LONGEST_USE_DAYS = 366;

/**
 * @throws InvalidInputError the codes of purpose, sponsor, expiry and plain texts
 */
export function declaredIn(props: DeclaredProperties, profile: RiskProfile): Declared {
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
    ...(props.OwnProviders === undefined ? {} : { ownProviders: props.OwnProviders }),
    ...(props.AccessKeys === undefined ? {} : {
      accessKeys: props.AccessKeys.map(({ Kind: kind, User: userName, Secret: secretName, RotateSeconds, GraceSeconds, Until }) => (
        {
          ...(kind === undefined ? {} : { kind }),
          userName,
          secretName,
          rotateSeconds: Number(RotateSeconds),
          graceSeconds: Number(GraceSeconds),
          until: Expiry.at(Until).iso,
        })),
    }),
    ...(props.Credentials === undefined ? {} : {
      credentials: props.Credentials.map(({ Kind: kind, Name: name, UserPool: userPool, TokenSeconds: tokenSeconds }) => (
        {
          kind,
          name,
          ...(userPool === undefined ? {} : { userPool }),
          ...(tokenSeconds === undefined ? {} : { tokenSeconds: Number(tokenSeconds) }),
        })),
    }),
    access: accessOf(props.Access),
    exceptions: (props.Exceptions ?? []).map(({ Actions: actions, Reason: reason, Until: until }) => ({ actions, reason: requirePlainText('the reason of an exception', reason), until })),
    // A role that is used less than once a year can't be notified from one that is never used: IAM tracks 400 days.
    ...(props.ExpectedUseDays === undefined ? {} : { expectedUseDays: Math.min(Number(props.ExpectedUseDays), LONGEST_USE_DAYS) }),
    ...(props.Delegates === undefined ? {} : { delegates: [...new Set(props.Delegates)].sort() }),
    ...(props.Revokers === undefined ? {} : { revokers: props.Revokers.map(revokerIn) }),
    ...(props.IsDelegate === undefined ? {} : { isDelegate: true as const }),
    ...(props.TransferTo === undefined ? {} : { transferTo: props.TransferTo }),
    ...(props.Adopted === 'release' ? { onRemoval: props.Adopted } : {}),
  };
}

function accessOf(
  { Stages: stages, Policy: policy, Trust: trust, Trusted: trusted, TrustParts: parts, Guards: guards, Boundary: boundary }: DeclaredProperties['Access'],
): AccessRecord {
  return {
    stages: stages.map(({ Stage: stage, Digest, Grants: grants, Omitted: omitted }) => ({
      stage,
      digest: Digest,
      grants: grants.map(grantIn),
      omitted: Number(omitted ?? 0),
    })),
    policy,
    trust,
    trusted,
    ...(parts === undefined ? {} : { trustParts: { allows: parts.Allows, denies: parts.Denies } }),
    guards,
    ...(boundary === undefined ? {} : { boundary }),
  };
}

export function grantIn(
  { Effect: effect, Actions: actions, Resources: resources, Condition: condition }: z.infer<typeof grantProperties>,
): GrantRecord {
  return { ...(effect === undefined ? {} : { effect }), actions, resources, ...(condition === undefined ? {} : { condition }) };
}
