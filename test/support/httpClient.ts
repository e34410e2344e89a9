import axios, { isAxiosError, type AxiosInstance, type CreateAxiosDefaults } from 'axios';

/** The server answered with a status that is no success. */
export class Refusal extends Error {}

const SHOWN = 500;

/**
 * A client for a server on this machine: `axios` with the address, headers and timeout of `settings`, without any proxy. JSON
 * goes both ways. A request throws a `Refusal` with the beginning of the answer when its status is no success.
 */
export function httpClient(settings: CreateAxiosDefaults): AxiosInstance {
	const client = axios.create({ timeout: 60_000, proxy: false, ...settings });
	client.interceptors.response.use(undefined, (error: unknown) => {
		throw refusalOf(error) ?? error;
	});
	return client;
}

function refusalOf(error: unknown): Refusal | undefined {
	if (!isAxiosError(error) || error.response === undefined) return undefined;
	const { config, data, status } = error.response;
	const text = typeof data === 'string' ? data : Buffer.isBuffer(data) ? data.toString() : JSON.stringify(data);
	return new Refusal(`${config.method?.toUpperCase()} ${config.url} answered ${status}: ${text?.slice(0, SHOWN)}`, {
		cause: error,
	});
}
