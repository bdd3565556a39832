import { GuardrailResource } from './guardrail-resource';
import { isRecord, list } from '../../iam/statement';

/** What is known of a template besides its text. */
export interface TemplatePlace {
  readonly path: string;
  readonly account?: string;
  readonly region?: string;
  readonly stackName?: string;
}

/** A synthesized template of a stack, or of a nested stack. */
export class GuardrailTemplate {
  /** @internal */
  public static _of(place: TemplatePlace, body: unknown): GuardrailTemplate {
    return new GuardrailTemplate(place, body);
  }

  /** Absolute path of the file. */
  public readonly path: string;
  /** Name of the stack. The stack of a nested template is the one it is nested in. */
  public readonly stackName: string;
  /** Account of the stack. Undefined if it is known only at deployment. */
  public readonly account?: string;
  /** Region of the stack. Undefined if it is known only at deployment. */
  public readonly region?: string;
  /** The resources, in the order of the template. */
  public readonly resources: GuardrailResource[];

  /** @internal */
  public readonly _parameters: Record<string, Record<string, unknown>>;
  /** @internal Transforms of the whole template. */
  public readonly _transforms: string[];
  /** @internal What stands where resources do. */
  public readonly _keys: string[];
  /** @internal The resources as JSON. */
  public readonly _text: string;
  /** @internal */
  public readonly _mappings: Record<string, Record<string, unknown>>;
  /** @internal */
  public readonly _outputs: Record<string, Record<string, unknown>>;
  /** @internal */
  public readonly _metadata: Record<string, unknown>;

  private readonly byId: ReadonlyMap<string, GuardrailResource>;

  private constructor(place: TemplatePlace, body: unknown) {
    const template = isRecord(body) ? body : {};
    this.path = place.path;
    this.account = place.account;
    this.region = place.region;
    this.stackName = place.stackName ?? '';
    this.resources = Object.entries(recordsIn(template.Resources)).map(([logicalId, resource]) => GuardrailResource._of(logicalId, resource));
    this._parameters = recordsIn(template.Parameters);
    this._transforms = list(template.Transform).filter((one) => typeof one === 'string');
    this._keys = Object.keys(isRecord(template.Resources) ? template.Resources : {});
    this._text = JSON.stringify(template.Resources ?? {});
    this._mappings = recordsIn(template.Mappings);
    this._outputs = recordsIn(template.Outputs);
    this._metadata = isRecord(template.Metadata) ? template.Metadata : {};
    this.byId = new Map(this.resources.map((resource) => [resource.logicalId, resource]));
  }

  /** The resources of a CloudFormation type. */
  public resourcesOfType(type: string): GuardrailResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** @internal */
  public _find(logicalId: string): GuardrailResource | undefined {
    return this.byId.get(logicalId);
  }
}

function recordsIn(value: unknown): Record<string, Record<string, unknown>> {
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1])));
}
