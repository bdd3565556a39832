import { AskedKind } from '../../../src/contract/revokers';
import { RevokerHandler } from '../kind';
import { githubApp } from './github-app';
import { http } from './http';
import { lambda } from './lambda';
import { oauth2 } from './oauth2';
import { queue } from './queue';
import { scim } from './scim';

/** The handler of each kind of revoker for which the function acts. */
export const KINDS: { readonly [K in AskedKind]: RevokerHandler } = { http, oauth2, scim, 'github-app': githubApp, lambda, queue };
