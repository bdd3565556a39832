import { aws_iam as iam, aws_kms as kms, aws_s3 as s3, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ACKNOWLEDGEMENTS, CAMPAIGNS } from '../../contract/evidence-keys';

const WRITES = ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:ReplicateObject'];

interface SigningKeyProps {
  readonly alias: string;
  /** Patterns of the roles that may sign. */
  readonly people: readonly string[];
  /** Pattern of the roles of the registry's agents. */
  readonly agents: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The key that signs packages. Its policy lets only those people sign and no agent do anything, so an administrator of the account would have to change that policy first, which CloudTrail records.
 * KMS does not rotate asymmetric keys, and packages are verified for years.
 */
export function signingKey(scope: Construct, { alias, people, agents, removalPolicy }: SigningKeyProps): kms.Key {
  const key = new kms.Key(scope, 'CampaignKey', {
    alias,
    description: 'Signs the packages of campaigns of reviews',
    keySpec: kms.KeySpec.ECC_NIST_P256,
    keyUsage: kms.KeyUsage.SIGN_VERIFY,
    removalPolicy,
  });
  key.addToResourcePolicy(denyOthers('OnlyPeopleSign', ['kms:Sign'], ['*'], people));
  key.addToResourcePolicy(denied('NoAgents', ['kms:*'], ['*'], { ArnLike: { 'aws:PrincipalArn': [agents] } }));
  return key;
}

/** Lets nobody else write the evidence of campaigns, whose keys can be predicted. */
export function onlyPeopleWrite(evidence: s3.IBucket, people: readonly string[]): void {
  evidence.addToResourcePolicy(denyOthers('OnlyPeopleWriteCampaigns', WRITES, [evidence.arnForObjects(`${CAMPAIGNS}*`)], people));
}

/** Lets only management write acknowledgements: who runs a campaign may sign with the same key, and can't store one. */
export function onlyManagementAcknowledges(evidence: s3.IBucket, management: readonly string[]): void {
  evidence.addToResourcePolicy(denyOthers('OnlyManagementAcknowledges', WRITES, [evidence.arnForObjects(`${ACKNOWLEDGEMENTS}*`)], management));
}

function denyOthers(sid: string, actions: string[], resources: string[], people: readonly string[]): iam.PolicyStatement {
  return denied(sid, actions, resources, { ArnNotLike: { 'aws:PrincipalArn': people } });
}

function denied(sid: string, actions: string[], resources: string[], conditions: Record<string, unknown>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, resources, conditions });
}
