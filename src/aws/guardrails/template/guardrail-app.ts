import { GuardrailPrincipal } from './guardrail-principal';
import { GuardrailTemplate } from './guardrail-template';
import { PlainTexts } from './plain-texts';
import { Principals } from './principals';
import { References } from './references';

/** What of the app is judged. */
export interface AppScope {
  readonly agentsOnly: boolean;
  /** Accounts of the user's organization, beside those of the app's stacks. */
  readonly accounts: readonly string[];
}

/** What a synthesized app creates, as the rules see it. */
export class GuardrailApp {
  /** @internal */
  public static _of(templates: readonly GuardrailTemplate[], scope: AppScope): GuardrailApp {
    return new GuardrailApp(templates, scope);
  }

  /** The templates that are judged: all, or those that create an agent's principal. */
  public readonly templates: GuardrailTemplate[];
  /** The roles and users that are judged: all, or those of agents. */
  public readonly principals: GuardrailPrincipal[];

  /** @internal Whether all is judged. */
  public readonly _isWhole: boolean;
  /** @internal */
  public readonly _references: References;
  /** @internal */
  public readonly _texts: PlainTexts;

  private constructor(templates: readonly GuardrailTemplate[], { agentsOnly, accounts }: AppScope) {
    this._isWhole = !agentsOnly;
    this._references = new References(templates);
    this._texts = new PlainTexts(this._references);
    const own = templates.flatMap(({ account }) => account ?? []);
    const all = new Principals(templates, this._references, this._texts, new Set([...own, ...accounts])).all;
    this.principals = agentsOnly ? all.filter(({ isAgent }) => isAgent) : all;
    const ofAgents = new Set(this.principals.map(({ template }) => template));
    this.templates = templates.filter((template) => !agentsOnly || ofAgents.has(template));
  }

  /** The resource of a reference in a template, in whichever template it is: a `Ref`, `Fn::GetAtt` or `Fn::ImportValue`, over exports and nested stacks. Undefined for everything else. */
  public resourceOf(template: GuardrailTemplate, value: unknown): GuardrailTemplate['resources'][number] | undefined {
    return this._references.targetOf(template, value)?.resource;
  }

  /** The possible texts of a value of a template. A part that is known only at deployment is one character of Unicode's private use. */
  public textsOf(template: GuardrailTemplate, value: unknown): string[] {
    return this._texts.textsOf(template, value);
  }
}
