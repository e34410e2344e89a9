import { join } from 'node:path';
import { startModel } from './start';

/** The emulator model on the command line: `tsx test/emulator/model/main.ts [port]`, 8090 if left out. */
void startModel(join(__dirname, '..', '..', 'examples', 'photos'), Number(process.argv[2] ?? 8090)).then(({ url }) => {
	console.log(`The emulator model answers at ${url}; it knows the photographs in examples/photos.`);
});
