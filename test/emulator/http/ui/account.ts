import { ApiError, ValidationError, forbidden, notFound } from '../../errors';
import { makeDummyProject } from '../../store/dummy';
import type { Project } from '../../store/model';
import { ORGANIZATION, UI_USER, type Store, createToken } from '../../store/store';
import { type Route, done, json, plain, withJson } from '../endpoint';
import { asObject, checkField, refuse, textOrNull } from '../fields';
import { isOwn, requireKnownOwner } from './owners';

/** Who one is, what the server is, tokens, and the page that the user interface starts with. */
export const accountRoutes: Route[] = [
	plain('ui', 'GET', '/api/userinfo', () =>
		json({
			sub: UI_USER,
			email: 'open-core-dummy-user-mail@datagym.ai',
			name: 'OpenCore User',
			orgs: [{ sub: ORGANIZATION, name: 'OpenCore Organisation', role: 'ADMIN', personal: true }],
			scopes: ['offline_access', 'orgs'],
			isOpenCoreEnvironment: true,
		}),
	),
	plain('ui', 'GET', '/api/system/info', () => json(systemInfo())),
	plain('ui', 'GET', '/api/limit/:owner', ({ store, params: { owner = '' } }) => {
		requireKnownOwner(store, owner);
		return json(limits(store, owner));
	}),
	plain('ui', 'GET', '/api/accountSettings', () => {
		throw new ApiError(503, 'ex_service_unavailable', ['account-management']);
	}),
	plain('ui', 'GET', '/api/token', ({ store }) =>
		json([...store.tokens.values()].filter((token) => !token.deleted && token.owner === ORGANIZATION)),
	),
	withJson('ui', 'POST', '/api/token', readToken, ({ store }, { name, owner }) => {
		requireKnownOwner(store, owner);
		if ([...store.tokens.values()].some((token) => token.owner === owner && token.name === name)) {
			throw new ValidationError([{ name: 'Name', key: 'ex_uniqueapitokenname', params: ['Name'] }]);
		}
		return json(createToken(store, name, owner));
	}),
	plain('ui', 'DELETE', '/api/token/:id', ({ store, params: { id = '' } }) => {
		const token = store.tokens.get(id);
		if (!token) throw notFound('ApiToken', id);
		Object.assign(token, { deleted: true, deleteTime: Date.now() });
		return json(token);
	}),
	plain('ui', 'GET', '/api/user/taskList', ({ store }) => {
		const hasDummy = [...store.projects.values()].some((project) => isOwn(project) && project.dummy);
		if (!hasDummy) makeDummyProject(store, ORGANIZATION);
		return json([...store.projects.values()].filter(isOwn).map((project) => workload(store, project)));
	}),
	plain('ui', 'GET', '/api/dummy/:owner', ({ store, params: { owner = '' } }) => {
		makeDummyProject(store, owner);
		return done();
	}),
	plain('ui', 'GET', '/api/superadmin/project', () => {
		throw forbidden();
	}),
];

function readToken(body: unknown) {
	const fields = asObject(body);
	const name = textOrNull(fields.name);
	const owner = textOrNull(fields.owner);
	refuse([
		...checkField(name, { label: 'Name', required: true, size: [1, 30] }),
		...checkField(owner, { label: 'Owner', required: true }),
	]);
	return { name: name ?? '', owner: owner ?? '' };
}

function systemInfo() {
	const now = new Date();
	return {
		app: { name: 'DataGym', version: '0.29-SNAPSHOT', date: '2026-11-24 12:32' },
		server: {
			os: process.platform,
			java: 'none: this is an emulator',
			env: 'Charset: UTF-8, Encoding: UTF-8, Timezone: Etc/UTC - Coordinated Universal Time',
			timeStamp: now.getTime(),
			timeUtc: now.toUTCString(),
			timeLocal: now.toString(),
		},
		environment: 'PROD',
	};
}

/** Neither enforced nor counted in the open core. */
function limits(store: Store, owner: string) {
	return {
		id: store.newId(),
		organisationId: owner,
		pricingPlanType: 'TEAM_PRO',
		projectLimit: 20,
		projectUsed: 0,
		labelLimit: 50_000,
		labelRemaining: 50_000,
		storageLimit: 52_428_800,
		storageUsed: 0,
		aiSegLimit: -1,
		aiSegRemaining: -1,
		apiAccess: true,
		externalStorage: true,
		lastReset: store.startedAt,
		timestamp: store.startedAt,
	};
}

/** What there is to label; to review there is something for reviewers only, and the open core has none. */
function workload(store: Store, project: Project) {
	const board = store.board(project);
	const begun = board.list('IN_PROGRESS').filter(({ labeler }) => labeler === UI_USER);
	return {
		projectId: project.id,
		projectName: project.name,
		owner: project.owner,
		countWaitingTasks: board.list('WAITING').length + board.list('WAITING_CHANGED').length + begun.length,
		countTasksToReview: 0,
	};
}
