import { Aws, aws_bedrock as bedrock, aws_iam as iam, Token } from 'aws-cdk-lib';
import { invoking } from './invoking';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** A cross-Region inference profile that Bedrock defines. */
export interface InferenceProfileAccessProps {
  /** The profile's id: a geography or `global`, and the model's id: `eu.anthropic.claude-sonnet-4-20250514-v1:0`. */
  readonly profileId: string;

  /**
   * The regions to which the profile may route a request from the agent's region. Bedrock asks for access to the model in each of them. AWS lists them on the
   * model's page, and adds to them: a region that is missing here is denied when Bedrock routes to it. A global profile has none.
   *
   * @default - none; required unless the profile is global
   */
  readonly regions?: string[];
}

/** An application inference profile of the agent's account, which counts the use of one application. */
export interface ApplicationProfileAccessProps {
  /** The profile. */
  readonly profile: bedrock.CfnApplicationInferenceProfile;

  /** The models that it uses, in each region to which it may route. */
  readonly models: bedrock.IModel[];
}

const PROFILE = /^(global|[a-z]{2,6}(?:-[a-z]{3})?)\.([a-z0-9-]+\.[a-z0-9.:_-]+)$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * Access to a profile, and to its model through this profile only.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 *
 * @throws InvalidInputError `ProfileIdInvalid`, `ProfileRegionsInvalid`
 */
export function profileStatements({ profileId, regions = [] }: InferenceProfileAccessProps): iam.PolicyStatement[] {
  const { geography, modelId } = partsOf(profileId);
  checkRegions(profileId, geography === 'global', regions);
  const profileArn = `arn:${Aws.PARTITION}:bedrock:${Aws.REGION}:${Aws.ACCOUNT_ID}:inference-profile/${profileId}`;
  // In the form for all regions the region is empty.
  const reached = geography === 'global' ? [Aws.REGION, ''] : [...new Set(regions)].sort();
  return [invoking([profileArn]), invoking(reached.map((region) => `arn:${Aws.PARTITION}:bedrock:${region}::foundation-model/${modelId}`), profileArn)];
}

function partsOf(profileId: string): { geography: string; modelId: string } {
  const [, geography, modelId] = typeof profileId === 'string' && !Token.isUnresolved(profileId) ? PROFILE.exec(profileId) ?? [] : [];
  if (modelId === undefined) {
    throw new InvalidInputError('ProfileIdInvalid',
      `inference profile ${shown(profileId)} is not allowed: give the id of one profile of Bedrock, literally, such as eu.anthropic.claude-sonnet-4-20250514-v1:0`);
  }
  return { geography, modelId };
}

function checkRegions(profileId: string, isGlobal: boolean, regions: string[]): void {
  const right = isGlobal ? regions.length === 0 : regions.length > 0 && regions.every((region) => typeof region === 'string' && REGION.test(region));
  if (!right) {
    const fix = isGlobal ? 'a global profile has no list of regions' : 'name each region to which it may route, without *';
    throw new InvalidInputError('ProfileRegionsInvalid', `regions ${shown(regions)} of the inference profile ${profileId} are not allowed: ${fix}`);
  }
}

/** Access to an application's profile, and to its models through this profile only. */
export function applicationProfileStatements({ profile, models }: ApplicationProfileAccessProps): iam.PolicyStatement[] {
  const { attrInferenceProfileArn: inferenceProfileArn } = profile;
  return [invoking([inferenceProfileArn]), invoking(models.map(({ modelArn }) => modelArn), inferenceProfileArn)];
}
