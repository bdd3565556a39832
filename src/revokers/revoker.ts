import { aws_lambda as lambda } from 'aws-cdk-lib';
import { githubAppFacts, GitHubAppRevokerProps } from './kinds/github-app';
import { httpFacts, HttpRevokerProps } from './kinds/http';
import { humanFacts, HumanRevokerProps } from './kinds/human';
import { lambdaFacts } from './kinds/lambda';
import { oauth2Facts, OAuth2RevokerProps } from './kinds/oauth2';
import { queueFacts, QueueRevokerProps } from './kinds/queue';
import { scimFacts, ScimRevokerProps } from './kinds/scim';
import { RevokerFacts, SuspendableRevokerProps } from './revoker-props';

/**
 * Access that an agent has outside of its cloud, and how it is revoked when the agent leaves. The registry looks whether it is there, revokes it, and checks again. Only what the last look found counts: until
 * then the leave stays open, is shown by `nhi status`, raises the alarm `RevocationOpen` and is tried again.
 *
 * On Google, `http`, `oauth2`, `scim` and `human` are for agents with a registry. The machine that runs Terraform looks, revokes and checks; what is open then is shown by `nhi list` and asked again by
 * `nhi retry`.
 *
 * Each has an id among those of its agent: 2-40 of [a-z0-9-]. One that is removed from the code stays with the agent, and its leave revokes it.
 */
export class Revoker {
  /**
   * An API with a request that revokes, and one that shows whether the access is there.
   *
   * Fails with `RevokerInvalid` or `WildcardName`.
   *
   * @param id id of the revoker
   * @param props the requests
   */
  public static http(id: string, props: HttpRevokerProps): Revoker {
    return new Revoker(httpFacts(id, props));
  }

  /**
   * A token (RFC 7009 and RFC 7662), a client (RFC 7592), or both at an OAuth 2.0 server.
   *
   * Fails with `RevokerInvalid` or `WildcardName`.
   *
   * @param id id of the revoker
   * @param props endpoints and credentials
   */
  public static oauth2(id: string, props: OAuth2RevokerProps): Revoker {
    return new Revoker(oauth2Facts(id, props));
  }

  /**
   * A user of a SCIM 2.0 service (RFC 7644): it is deactivated, and then deleted. A suspension of the agent deactivates it too.
   *
   * Fails with `RevokerInvalid` or `WildcardName`.
   *
   * @param id id of the revoker
   * @param props service and credentials
   */
  public static scim(id: string, props: ScimRevokerProps): Revoker {
    return new Revoker(scimFacts(id, props));
  }

  /**
   * An installation of a GitHub App: it is deleted when the agent leaves. A suspension of the agent suspends it, and a resumption lifts that. The registry signs as the app by a key of KMS, which nobody can
   * read and which says itself for which agents it signs (`GitHubAppKey`).
   *
   * Fails with `RevokerInvalid`, `WrongClass` or `WildcardName`.
   *
   * @param id id of the revoker
   * @param props installation, app and key
   */
  public static githubApp(id: string, props: GitHubAppRevokerProps): Revoker {
    return new Revoker(githubAppFacts(id, props));
  }

  /**
   * A function of yours. It receives `{ action, registry, account, agentName, revoker, subject }`, where `action` is `look`, `suspend`, `resume` or `revoke`, and returns `{ "state": "active" }`, `inactive` or
   * `absent`: what is there after the action. It is asked to look before and after each action. An error, anything else, or more than 20 seconds leaves the revocation open.
   *
   * Fails with `RevokerInvalid`, `WrongClass` or `WildcardName`.
   *
   * @param id id of the revoker
   * @param handler the function
   * @param props the name of the agent there, its cost, and whether a suspension deactivates it
   */
  public static lambda(id: string, handler: lambda.IFunction, props: SuspendableRevokerProps = {}): Revoker {
    return new Revoker(lambdaFacts(id, handler, props));
  }

  /**
   * Access that people revoke by hand, such as an account of a system without an API. When the agent leaves, they get a mail with the steps and a link to the page for reviewers, on which they confirm
   * that it is done. They are reminded until they do. The certificate says that they attest it, and not that the registry saw it.
   *
   * The registry needs `notifications`. Without a page for reviewers, only an operator can confirm it, with `nhi confirm`.
   *
   * Fails with `RevokerInvalid`, `EmailInvalid`, or `RevokerUnannounced` if the registry notifies nobody.
   *
   * @param id id of the revoker
   * @param props who revokes it, and how
   */
  public static human(id: string, props: HumanRevokerProps): Revoker {
    return new Revoker(humanFacts(id, props));
  }

  /**
   * An account that only a program of yours reaches, such as one in a directory on premises. The worker (`OnPremisesWorker`) gets a signed order at the leave, and answers what it saw before and after. Until
   * then the leave stays open, and the order is sent again. A suspension changes nothing of it.
   *
   * Fails with `RevokerInvalid`.
   *
   * @param id id of the revoker
   * @param props the worker, and the name of the account
   */
  public static queue(id: string, props: QueueRevokerProps): Revoker {
    return new Revoker(queueFacts(id, props));
  }

  /** @internal */
  public readonly _facts: RevokerFacts;

  private constructor(facts: RevokerFacts) {
    this._facts = facts;
  }
}
