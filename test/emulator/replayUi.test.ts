import { startEmulator, type Emulator } from './start';
import { startImageServer } from './replay/images';
import { isOfInterface, LOOSE_RECORDINGS, NOT_GIVEN } from './replay/exceptions';
import { Pairing } from './replay/pairing';
import { Player } from './replay/player';
import { readUiRecordings } from './replay/uiRecording';

describe('the recordings of the released open core, replayed', () => {
	let server: Emulator;
	let remote: Awaited<ReturnType<typeof startImageServer>>;

	beforeAll(async () => {
		server = await startEmulator({
			generation: 'open-core',
			dummyProject: false,
			apiUrl: 'http://127.0.0.1:18090/api/v1/',
		});
		remote = await startImageServer(Buffer.from('R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=', 'base64'));
	});
	afterAll(async () => {
		remote.close();
		await server.close();
	});

	it('are answered as the real server answered them', async () => {
		const recordings = readUiRecordings();
		const words = { '<token>': server.token, 'local 1795524132': 'rec' };
		// All bodies that were sent are in the recordings.
		const images = { bySha: () => undefined, small: Buffer.alloc(0) };
		const player = new Player(server, new Pairing(words, remote.port), images);
		const disagreeing: Record<string, string> = {};
		for (const recording of recordings) {
			const problem = await player.play(recording).catch((error: unknown) => String(error));
			if (problem) disagreeing[`${recording.n} ${recording.name}`] = problem;
		}
		const agree = recordings.length - Object.keys(disagreeing).length;
		const lines = Object.entries(disagreeing).map(([name, problem]) => `  ${name}: ${NOT_GIVEN[name] ?? problem}`);
		console.info([`replay: ${agree} of ${recordings.length} agree`, ...lines].join('\n'));
		expect(recordings).toHaveLength(375);
		expect(Object.keys(disagreeing).sort()).toEqual(Object.keys(NOT_GIVEN).filter(isOfInterface).sort());
		// Each exception is needed, and there is no other.
		expect(player.alignedRecordings.sort()).toEqual(LOOSE_RECORDINGS.filter(isOfInterface).sort());
	});
});
