import { InvalidInputError } from '../../core/errors';

/** Where a registry lives; the values may be tokens. */
export interface RegistryPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The registry that is used when no other is named. */
export const DEFAULT_REGISTRY_NAME = 'agents';

/**
 * Every name a registry's resources bear, made of its name alone, so that other apps and the engine know them without exports.
 */
export class RegistryNames {
  public readonly table: string;
  public readonly bus: string;
  public readonly lifecycleFunction: string;
  public readonly stepsFunction: string;
  public readonly guardFunction: string;
  public readonly stateMachine: string;
  public readonly requestRole: string;
  public readonly engineRole: string;
  public readonly machineRole: string;
  public readonly guardRole: string;
  /** The guard of agents that reach no other identity. No stage's guard can have this name. */
  public readonly noSessionsPolicy: string;
  /** Namespace of the engine's CloudWatch metrics. */
  public readonly metricNamespace: string;

  /**
   * @param registryName name of the registry
   * @param path IAM path under which all that belongs to the registry's agents lives: the guard policies, the principals, their out-of-band users
   */
  constructor(public readonly registryName: string, public readonly path: string = `/${registryName}/`) {
    this.table = `${registryName}-ledger`;
    this.bus = `${registryName}-lifecycle`;
    this.lifecycleFunction = `${registryName}-lifecycle`;
    this.stepsFunction = `${registryName}-lifecycle-steps`;
    this.guardFunction = `${registryName}-registry-guard`;
    this.stateMachine = `${registryName}-lifecycle`;
    this.requestRole = `${registryName}-lifecycle-request`;
    this.engineRole = `${registryName}-lifecycle-engine`;
    this.machineRole = `${registryName}-lifecycle-machine`;
    this.guardRole = `${registryName}-lifecycle-guard`;
    this.noSessionsPolicy = `${registryName}-no-sessions`;
    this.metricNamespace = 'NhiLifecycle';
  }

  /** Bucket names are global: the account and the region keep them apart. */
  public bucket(place: RegistryPlace): string {
    return `${this.registryName}-evidence-${place.account}-${place.region}`;
  }

  /** Names of managed policies are unique in an account whatever their path: the registry keeps them apart. */
  public guardPolicyName(stageName: string): string {
    return `${this.registryName}-guard-${stageName}`;
  }

  public guardPolicyArn(place: RegistryPlace, stageName: string): string {
    return this.policyArn(place, this.guardPolicyName(stageName));
  }

  public noSessionsPolicyArn(place: RegistryPlace): string {
    return this.policyArn(place, this.noSessionsPolicy);
  }

  /** Unversioned and without an alias: CloudFormation refuses a changed service token. */
  public lifecycleFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.lifecycleFunction);
  }

  public stepsFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.stepsFunction);
  }

  public guardFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.guardFunction);
  }

  public tableArn(place: RegistryPlace): string {
    return `arn:${place.partition}:dynamodb:${place.region}:${place.account}:table/${this.table}`;
  }

  public bucketArn(place: RegistryPlace): string {
    return `arn:${place.partition}:s3:::${this.bucket(place)}`;
  }

  public busArn(place: RegistryPlace): string {
    return `arn:${place.partition}:events:${place.region}:${place.account}:event-bus/${this.bus}`;
  }

  public stateMachineArn(place: RegistryPlace): string {
    return `arn:${place.partition}:states:${place.region}:${place.account}:stateMachine:${this.stateMachine}`;
  }

  private policyArn(place: RegistryPlace, name: string): string {
    return `arn:${place.partition}:iam::${place.account}:policy${this.path}${name}`;
  }

  private functionArn(place: RegistryPlace, name: string): string {
    return `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${name}`;
  }
}

/**
 * Refuses a registry name that can't be part of a bucket, a role or a path name.
 * @throws InvalidInputError `RegistryNameInvalid`
 */
export function validateRegistryName(registryName: string): string {
  if (!/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/.test(registryName) || registryName.includes('--')) {
    throw new InvalidInputError('RegistryNameInvalid',
      `registry name ${JSON.stringify(registryName)} is not allowed: use 3-20 of [a-z0-9-], starting with a letter and ending with a letter or digit, without "--"`);
  }
  return registryName;
}
