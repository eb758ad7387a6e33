// FranceConnect's own foundation, node oidc-provider, configured like FranceConnect v2 or FranceConnect+.
//
// On start it prints one JSON line with its issuer; one JSON line on standard input then says which platform
// it is ("plus": true) and which clients are registered; "ready" is its answer. It signs its only citizen in
// without a page; a browser that sends `x-decision: cancel` gives up instead.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { Provider } from 'oidc-provider';

const PREFIX = '/api/v2';
const CITIZEN = {
  given_name: 'Angela Claire Louise',
  family_name: 'DUBOIS',
  birthdate: '1962-08-24',
  gender: 'female',
  birthplace: '75107',
  birthcountry: '99100',
  email: 'angela@exemple.test',
};
const PIVOT = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'];

let answer = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}${PREFIX}`;
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      answer = opened(issuer, JSON.parse(line));
      console.log('ready');
    })
    .on('close', () => process.exit(0));
});

function opened(issuer, { plus, clients }) {
  const provider = new Provider(issuer, configuration(plus, clients));
  const protocol = provider.callback();
  return async (request, response) => {
    if (request.url.startsWith(`${PREFIX}/interaction/`)) {
      await interact(provider, request, response);
      return;
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(PREFIX.length);
    protocol(request, response);
  };
}

function configuration(plus, clients) {
  return {
    clients,
    jwks: { keys: [signingKey()] },
    cookies: { keys: ['only for tests'] },
    routes: {
      authorization: '/authorize',
      end_session: '/session/end',
      jwks: '/jwks',
      revocation: '/token/revocation',
      token: '/token',
      userinfo: '/userinfo',
    },
    features: {
      claimsParameter: { enabled: true },
      devInteractions: { enabled: false },
      encryption: { enabled: plus },
      jwtUserinfo: { enabled: true },
      revocation: { enabled: true },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'RS256'],
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256'],
      idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256'],
      idTokenEncryptionEncValues: ['A256GCM'],
      userinfoEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256'],
      userinfoEncryptionEncValues: ['A256GCM'],
    },
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    acrValues: plus ? ['eidas2', 'eidas3'] : ['eidas1'],
    claims: {
      amr: null,
      openid: ['sub'],
      identite_pivot: plus ? PIVOT : [...PIVOT, 'given_name_array'],
      email: ['email'],
      preferred_username: ['preferred_username'],
      idp_birthdate: plus ? [] : ['idp_birthdate'],
    },
    conformIdTokenClaims: true,
    pkce: { required: () => false },
    responseTypes: ['code'],
    scopes: ['openid'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, account, client) =>
      `${createHash('sha256').update(`${client.sectorIdentifier}${account}`).digest('hex')}v1`,
    ttl: { AccessToken: 60, AuthorizationCode: 30, IdToken: 60, Grant: 30, Interaction: 600, Session: 1800 },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...identity(plus) }) }),
    interactions: { url: (_ctx, interaction) => `${PREFIX}/interaction/${interaction.uid}` },
    renderError: (ctx, out) => {
      ctx.body = JSON.stringify(out);
    },
  };
}

function identity(plus) {
  const listed = { given_name_array: CITIZEN.given_name.split(' '), idp_birthdate: CITIZEN.birthdate };
  return plus ? CITIZEN : { ...CITIZEN, ...listed };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'pkcs11:ES256:hsm', use: 'sig', alg: 'ES256' };
}

async function interact(provider, request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  let result;
  if (request.headers['x-decision'] === 'cancel') {
    result = { error: 'access_denied', error_description: 'User auth aborted' };
  } else if (prompt.name === 'login') {
    const level = params.acr_values.split(' ')[0];
    result = { login: { accountId: 'angela', acr: level, amr: ['fc', 'pwd'], remember: true } };
  } else {
    const grant =
      (grantId && (await provider.Grant.find(grantId))) ||
      new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    grant.addOIDCClaims(['amr']);
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}
