import { isRecord } from '../../iam/statement';

/** A resource of a synthesized template. */
export class GuardrailResource {
  /** @internal */
  public static _of(logicalId: string, body: Record<string, unknown>): GuardrailResource {
    return new GuardrailResource(logicalId, body);
  }

  /** Logical id in the template. */
  public readonly logicalId: string;
  /** CloudFormation type, such as `AWS::IAM::Role`. */
  public readonly type: string;
  /** Properties as in the template, with the intrinsics of CloudFormation. */
  public readonly properties: Record<string, unknown>;
  /** Path of the construct. Undefined if the app writes no paths into its templates. */
  public readonly constructPath?: string;

  /** @internal */
  public readonly _metadata: Record<string, unknown>;
  /** @internal The attribute by which it outlives its stack, or its successor. */
  public readonly _retainedBy?: string;

  private constructor(logicalId: string, body: Record<string, unknown>) {
    this.logicalId = logicalId;
    this.type = typeof body.Type === 'string' ? body.Type : '';
    this.properties = isRecord(body.Properties) ? body.Properties : {};
    this._metadata = isRecord(body.Metadata) ? body.Metadata : {};
    const path = this._metadata['aws:cdk:path'];
    this.constructPath = typeof path === 'string' ? path : undefined;
    this._retainedBy = ['DeletionPolicy', 'UpdateReplacePolicy'].find((name) => typeof body[name] === 'string' && body[name].startsWith('Retain'));
  }
}
