import { aws_iam as iam, Duration, Token } from 'aws-cdk-lib';
import { LONGEST_TOKEN_SECONDS } from '../../contract/cuts';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { tokenStatement } from '../guards/identity-tokens';

/** How AWS signs a token. */
export enum TokenSigningAlgorithm {
  /** ECDSA with P-384 and SHA-384. */
  ES384 = 'ES384',

  /** RSA with SHA-256, for services that verify nothing else. */
  RS256 = 'RS256',
}

/** Tokens that an agent may get from AWS to prove who it is to a service outside of AWS. */
export interface IdentityTokenProps {
  /** The services that verify the tokens: 1-10 exact audiences (`aud`), without wildcards. */
  readonly audiences: string[];

  /**
   * How long a token is valid at most: 1-60 minutes, in whole seconds. A token that was issued before the agent was denied is accepted until then, because
   * nobody can recall it.
   *
   * @default Duration.minutes(5)
   */
  readonly maxDuration?: Duration;

  /**
   * How AWS signs the tokens.
   *
   * @default TokenSigningAlgorithm.ES384
   */
  readonly signingAlgorithm?: TokenSigningAlgorithm;
}

const MOST_AUDIENCES = 10;
/** Wildcards and policy variables would stand for further audiences. */
const AUDIENCE = /^[^*?$\s\p{Cc}][^*?$\p{Cc}]{0,999}$/u;
const SHORTEST_SECONDS = 60;

/**
 * JSON Web Tokens of `sts:GetWebIdentityToken` (outbound identity federation), for declared audiences only. The guard denies every agent all others.
 *
 * `TokenAccess.forAudiences({ audiences: ['https://api.example.com'] }).grant(bot.accessIn(AgentStage.PRODUCTION))`
 *
 * The account must have outbound identity federation enabled, and the agent must call STS in its region and state the duration. Tags, which become claims of
 * the token, are denied.
 */
export class TokenAccess {
  /**
   * Tokens for exact audiences.
   *
   * Fails with `AudienceInvalid`, `TokenDurationInvalid` or `SigningAlgorithmInvalid`.
   *
   * @param props the audiences and the longest duration
   */
  public static forAudiences(props: IdentityTokenProps): TokenAccess {
    const { audiences, maxDuration = Duration.minutes(5), signingAlgorithm = TokenSigningAlgorithm.ES384 } = props;
    const isAudience = (audience: unknown): boolean => typeof audience === 'string' && !Token.isUnresolved(audience) && AUDIENCE.test(audience);
    if (!Array.isArray(audiences) || audiences.length === 0 || audiences.length > MOST_AUDIENCES || !audiences.every(isAudience)) {
      throw new InvalidInputError('AudienceInvalid', `audiences ${shown(audiences)} are not allowed: name 1-${MOST_AUDIENCES} exact audiences of tokens, literally, without *, ? and $`);
    }
    if (!Object.values(TokenSigningAlgorithm).includes(signingAlgorithm)) {
      throw new InvalidInputError('SigningAlgorithmInvalid', `signing algorithm ${shown(signingAlgorithm)} is not allowed: use a member of TokenSigningAlgorithm`);
    }
    return new TokenAccess(tokenStatement({
      audiences: [...new Set(audiences)].sort(), maxSeconds: secondsOf(maxDuration), signingAlgorithms: [signingAlgorithm],
    }));
  }

  private constructor(private readonly statement: iam.PolicyStatement) {}

  /**
   * Grants the access, to an agent in a stage: `grant(bot.accessIn(stage))`.
   *
   * @param grantee who may get the tokens
   */
  public grant(grantee: iam.IGrantable): iam.Grant {
    const { actions, resources, conditions } = this.statement;
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: resources, conditions: conditions as Record<string, Record<string, unknown>> });
  }
}

function secondsOf(duration: Duration): number {
  const seconds = typeof duration?.toMilliseconds === 'function' && !duration.isUnresolved() ? duration.toMilliseconds() / 1_000 : NaN;
  if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > LONGEST_TOKEN_SECONDS) {
    throw new InvalidInputError('TokenDurationInvalid',
      `maxDuration ${Number.isNaN(seconds) ? shown(duration) : `of ${seconds} seconds`} is not allowed: AWS issues tokens for ${SHORTEST_SECONDS}-${LONGEST_TOKEN_SECONDS} whole seconds`);
  }
  return seconds;
}
