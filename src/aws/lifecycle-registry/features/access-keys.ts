import { BEDROCK_SERVICE, LONGEST_BEDROCK_KEY_DAYS } from '../../../contract/access-keys';
import { allow, FeatureContext, FeatureStatement, RegistryFeature } from '../feature';

const MAKE_ACCESS_KEY = 'iam:CreateAccessKey';
const MAKE_CREDENTIAL = 'iam:CreateServiceSpecificCredential';

/** https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html */
const SERVICE = 'iam:ServiceSpecificCredentialServiceName';
const AGE = 'iam:ServiceSpecificCredentialAgeDays';

/** What can be created at a user. */
const CREATIONS_AT_USERS = [MAKE_ACCESS_KEY, 'iam:CreateLoginProfile', MAKE_CREDENTIAL, 'iam:CreateUser'];

/** The users of all agents. */
function userKeysArn({ names, place: { partition, account } }: FeatureContext): string {
  return `arn:${partition}:iam::${account}:user${names.path}*`;
}

/** The calls by which the engine makes keys in this registry. */
function makes({ settings: { accessKeys: hasAccessKeys, bedrockApiKeys } }: FeatureContext): string[] {
  return [...(hasAccessKeys === true ? [MAKE_ACCESS_KEY] : []), ...(bedrockApiKeys === true ? [MAKE_CREDENTIAL] : [])];
}

/** Keys of agents' users, in a registry that allows them. The engine writes a new key to the agent's own secret, and reads no secret: it knows a version by its id. */
export const accessKeys: RegistryFeature = {
  engine: (context) => {
    const { place: { partition, region, account }, names } = context;
    const made = makes(context);
    return made.length === 0 ? [] : [
      ...(made.includes(MAKE_ACCESS_KEY) ? [allow('MakeAccessKeys', [MAKE_ACCESS_KEY], [userKeysArn(context)])] : []),
      // A request without an age has no such condition key, and makes a key that IAM never ends: it does not match.
      ...(made.includes(MAKE_CREDENTIAL) ? [{
        ...allow('MakeBedrockApiKeys', [MAKE_CREDENTIAL], [userKeysArn(context)]),
        Condition: { StringEquals: { [SERVICE]: BEDROCK_SERVICE }, NumericLessThanEquals: { [AGE]: String(LONGEST_BEDROCK_KEY_DAYS) } },
      }, allow('JudgeUseOfBedrockApiKeys', ['iam:GenerateServiceLastAccessedDetails'], [userKeysArn(context)])] : []),
      allow('WriteAccessKeys', ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], [`arn:${partition}:secretsmanager:${region}:${account}:secret:${names.registryName}/*`]),
    ];
  },
};

/** What the engine creates at no user. */
export function deniedCreations(context: FeatureContext): string[] {
  const made = makes(context);
  return made.length === 0 ? ['iam:Create*'] : CREATIONS_AT_USERS.filter((action) => !made.includes(action));
}

/** A registry that makes keys creates nothing else in IAM. */
export function neverCreateBesidesKeys(context: FeatureContext): FeatureStatement[] {
  const made = makes(context);
  return made.length === 0 ? [] : [
    { Sid: 'NeverCreateBesidesKeys', Effect: 'Deny', Action: ['iam:Create*'], NotResource: [userKeysArn(context)] },
    ...(made.includes(MAKE_CREDENTIAL) ? [{
      Sid: 'NeverForOtherServices', Effect: 'Deny' as const, Action: [MAKE_CREDENTIAL], Resource: ['*'], Condition: { StringNotEquals: { [SERVICE]: BEDROCK_SERVICE } },
    }] : []),
  ];
}
