import { globMatches } from '../iam/globs';
import { isRecord, list, StatementJson } from '../iam/statement';

/** Calls of models of Amazon Bedrock. Converse needs the first two; a batch job calls one model for many inputs. */
const CALLS = ['bedrock:invokemodel', 'bedrock:invokemodelwithresponsestream', 'bedrock:createmodelinvocationjob'];

/** Bedrock's endpoint for OpenAI's interfaces has projects as resources. Only a condition names the model. */
const CALL_OF_PROJECT = 'bedrock-mantle:createinference';
const MODEL_KEY = 'bedrock-mantle:model';

/** Whether an action, wildcards allowed, calls a model that its resource names. */
export function callsModel(action: string): boolean {
  return CALLS.some((call) => globMatches(action.toLowerCase(), call));
}

/** The actions of a statement that call any model, because no condition names one. */
export function callsWithoutModel({ actions, conditions = {} }: StatementJson): string[] {
  const isNamed = Object.entries(conditions).some(([operator, keys]) => /^String(Equals|EqualsIgnoreCase|Like)$/.test(operator) && isRecord(keys)
    && Object.entries(keys).some(([key, values]) => (
      key.toLowerCase() === MODEL_KEY && list(values).length > 0 && list(values).every((value) => namesProvider(String(value))))));
  return isNamed ? [] : actions.filter((action) => globMatches(action.toLowerCase(), CALL_OF_PROJECT));
}

/**
 * Whether an ARN stands for models of several providers: `foundation-model/a*`, `inference-profile/eu.*`. All models of one provider, the versions of a
 * model and its regions and geographies are accepted.
 */
export function isManyProviders(text: string): boolean {
  const [, kind, name] = /^arn:[^:]*:bedrock:[^:]*:[^:]*:(foundation-model|inference-profile)\/(.*)$/.exec(text) ?? [];
  return kind !== undefined && !namesProvider(kind === 'foundation-model' ? name : name.replace(/^[^.]+\./, ''));
}

/** Whether a model's id has its whole provider before any wildcard. */
function namesProvider(id: string): boolean {
  return /^[^*?.$]+\./.test(id) || !/[*?$]/.test(id);
}
