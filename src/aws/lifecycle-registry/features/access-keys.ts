import { allow, FeatureContext, RegistryFeature } from '../feature';

/** The users of all agents. */
export function userKeysArn({ names, place: { partition, account } }: FeatureContext): string {
  return `arn:${partition}:iam::${account}:user${names.path}*`;
}

/** Access keys of agents, in a registry that allows them. The engine writes a new key to the agent's own secret, and reads no secret: it knows a version by its id. */
export const accessKeys: RegistryFeature = {
  engine: (context) => {
    const { place: { partition, region, account }, names, settings } = context;
    return settings.accessKeys !== true ? [] : [
      allow('MakeAccessKeys', ['iam:CreateAccessKey'], [userKeysArn(context)]),
      allow('WriteAccessKeys', ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], [`arn:${partition}:secretsmanager:${region}:${account}:secret:${names.registryName}/*`]),
    ];
  },
};
