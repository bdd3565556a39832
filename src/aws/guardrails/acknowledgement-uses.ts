import { AcknowledgedRule, acknowledgementsAt, acknowledgementsIn } from './acknowledgement';
import { GuardrailFinding, IGuardrailRule } from './rule';
import { GuardrailApp } from './template/guardrail-app';
import { GuardrailTemplate } from './template/guardrail-template';

/** An acknowledgement, and the first place that has it. */
interface PlacedAcknowledgement extends AcknowledgedRule {
  readonly template: GuardrailTemplate;
  readonly logicalId: string;
}

/** The acknowledgements of an app, and which of them findings used. */
export class AcknowledgementUses {
  private readonly used = new Set<string>();

  /** The acknowledgement of a finding. Of several, the one that ends last. */
  public of(ruleId: string, { template, logicalId }: GuardrailFinding): AcknowledgedRule | undefined {
    const found = acknowledgementsAt(template, logicalId).filter(({ rule }) => rule === ruleId);
    found.forEach((one) => this.used.add(keyOf(one)));
    return found.sort((one, other) => (one.until < other.until ? 1 : -1))[0];
  }

  /**
   * Acknowledgements that cover nothing, each once: what they were for was fixed, or the rule has another id. A rule that is not applied is not meant, and neither is what
   * is not judged.
   */
  public unusedIn(app: GuardrailApp, rules: readonly IGuardrailRule[]): PlacedAcknowledgement[] {
    const isOfOther = ({ rule }: AcknowledgedRule): boolean => /^NHI\d/.test(rule) && !rules.some(({ ruleId }) => ruleId === rule);
    const placed = (template: GuardrailTemplate): PlacedAcknowledgement[] => acknowledgementsIn(template)
      .map(([logicalId, one]) => ({ ...one, template, logicalId }));
    const all = app._isWhole ? app.templates.flatMap(placed) : [];
    const unused = all.filter((one) => !this.used.has(keyOf(one)) && !isOfOther(one)).reverse();
    return [...new Map(unused.map((one) => [keyOf(one), one])).values()].reverse();
  }
}

function keyOf({ rule, reason, until }: AcknowledgedRule): string {
  return JSON.stringify([rule, reason, until]);
}
