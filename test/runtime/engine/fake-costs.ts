import { SeenCost } from '../../../runtime/model/usage';
import { CostQuestion } from '../../../src/contract/costs';

export const COST_FUNCTION = 'agents-nhi-costs';

const PERIOD = { from: '2026-02-01', to: '2026-03-03', readAt: '2026-03-03T00:00:00.000Z' };

/** The registry's function that looks costs up, as the engine invokes it. */
export class FakeCosts {
  /** By the value of the tag. What is not listed is not recorded. */
  public readonly amounts = new Map<string, { readonly amount: number; readonly unit: string }>();
  /** Values of the tags of each question. */
  public readonly questions: string[][] = [];
  public doesNotAnswer = false;
  public fails = false;

  public invoke(payload: string): object {
    const { tags } = JSON.parse(payload) as CostQuestion;
    this.questions.push(tags.map(({ value }) => value));
    return this.fails ? { FunctionError: 'Unhandled', Payload: Buffer.from('{}') } : { Payload: Buffer.from(JSON.stringify(tags.map(({ value }) => this.answer(value)))) };
  }

  private answer(value: string): SeenCost {
    if (this.doesNotAnswer) {
      return { ...PERIOD, missing: 'Cost Explorer did not answer: ThrottlingException', unanswered: true };
    }
    const known = this.amounts.get(value);
    return known === undefined ? { ...PERIOD, missing: 'no cost is recorded' } : { ...PERIOD, ...known };
  }
}
