import { aws_bedrock as bedrock, aws_iam as iam } from 'aws-cdk-lib';
import { ApplicationProfileAccessProps, applicationProfileStatements, InferenceProfileAccessProps, profileStatements } from './inference-profiles';
import { invoking } from './invoking';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/**
 * Models of Amazon Bedrock that an agent may call, named as models and not as patterns.
 *
 * `ModelAccess.invoke(model).grant(bot.accessIn(AgentStage.PRODUCTION))`
 */
export class ModelAccess {
  /**
   * Models in their own region, without an inference profile: foundation models, custom models, provisioned throughput.
   *
   * Fails with `ModelMissing` without a model.
   *
   * @param models the models, such as `bedrock.FoundationModel.fromFoundationModelId()`
   */
  public static invoke(...models: bedrock.IModel[]): ModelAccess {
    if (models.length === 0 || !models.every((model) => typeof model?.modelArn === 'string')) {
      throw new InvalidInputError('ModelMissing', `models ${models.map(shown).join(', ')}: name one or more, such as bedrock.FoundationModel.fromFoundationModelId()`);
    }
    return new ModelAccess([invoking(models.map(({ modelArn }) => modelArn))]);
  }

  /**
   * A model through a cross-Region inference profile of Bedrock, in every region that the profile reaches, and not without the profile.
   *
   * Fails with `ProfileIdInvalid` or `ProfileRegionsInvalid`.
   *
   * @param props the profile and its regions
   */
  public static throughProfile(props: InferenceProfileAccessProps): ModelAccess {
    return new ModelAccess(profileStatements(props));
  }

  /**
   * Models through an application inference profile, and not without it.
   *
   * @param props the profile and its models
   */
  public static throughApplicationProfile(props: ApplicationProfileAccessProps): ModelAccess {
    return new ModelAccess(applicationProfileStatements(props));
  }

  private constructor(private readonly statements: iam.PolicyStatement[]) {}

  /**
   * Grants the access, to an agent in a stage: `grant(bot.accessIn(stage))`.
   *
   * @param grantee who may call the models
   */
  public grant(grantee: iam.IGrantable): iam.Grant {
    return this.statements.map(({ actions, resources, conditions }) => iam.Grant.addToPrincipal({
      grantee, actions, resourceArns: resources, conditions: conditions as Record<string, Record<string, unknown>>,
    })).reduce((one, other) => one.combine(other));
  }
}
