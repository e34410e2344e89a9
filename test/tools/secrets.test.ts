import { findSecrets } from '@datagym/tools/release/secrets';

/** Put together here, so that the scan of the repository does not find them. */
const random = (length: number) => 'aB3xK9mQ7tR2wZ5pL8nV4cJ6hF1dS0gY'.repeat(4).slice(0, length);
const UUID = ['7f3c91d2', '5b0e', '4a67', '9c8d', '1e2f3a4b5c6d'].join('-');

describe('The search for secrets', () => {
	test.each([
		['private key', ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')],
		['npm', `npm_${random(36)}`],
		['GitHub', `token: ghp_${random(36)}`],
		['GitLab', `glpat-${random(20)}`],
		['Slack', `xoxb-${random(24)}`],
		['AWS', `AKIA${'A1B2C3D4E5F6G7H8'}`],
		['Google', `AIza${random(35)}`],
		['Azure', `AccountKey=${random(44)}`],
		['Stripe', `sk_live_${random(24)}`],
		['AI service', `sk-proj-${random(30)}`],
		['PyPI', `pypi-AgEIcHlwaS${random(30)}`],
		['Docker', `dckr_pat_${random(27)}`],
		['JSON web token', `eyJ${random(12)}.eyJ${random(12)}.${random(12)}`],
		['user and password in an address', ['https://admin', 'hunter2@example.com/'].join(':')],
		['DataGym token', `Authorization: Token ${UUID}`],
		['DataGym token', `"token": "${UUID}"`],
		['DataGym token', `/api/v1/project?token=${UUID}`],
		['random value', `apiKey = '${random(24)}'`],
	])('finds one of the kind “%s”', (rule, text) => {
		expect(findSecrets(`first line\n${text}\n`)).toContainEqual(expect.objectContaining({ rule, line: 2 }));
	});

	test.each([
		['an ID that is no token', `{"taskId": "${UUID}"}`],
		['words as a value', "password: 'the-password-of-the-proxy'"],
		['an expression as a value', 'token: `${process.env.DATAGYM_TOKEN ?? ""}`'],
		['an address without a password', 'https://user@example.com:8443/path'],
		['a placeholder', 'DATAGYM_TOKEN=… npm start'],
	])('leaves alone %s', (_, text) => {
		expect(findSecrets(text)).toEqual([]);
	});
});
