import type { World } from '../world';
import { byId, refusal } from '../world';
import { gif, HEIGHT, jpeg, png, WIDTH } from '../pictures';
import type { Check, Scenario } from '../scenario';

/** Names of the images that later scenarios label. */
export const IMAGES = ['conformance 1.jpg', 'conformance 2.png', 'größe 3.jpg', 'conformance 4.jpg'] as const;

const upload = async (world: World, name: string, bytes: Buffer) =>
	await world.run('image', 'upload', { datasetId: byId(world.made.get('the dataset')), ifExists: 'fail' }, [
		await world.file(name, bytes),
	]);

const bytesOf = async (name: string, shade: number) => (name.endsWith('.png') ? await png(shade) : await jpeg(shade));

export const images: readonly Scenario[] = [
	{
		area: 'Images',
		title: 'JPEG and PNG files are uploaded, with names in Latin-1',
		source: 'docs/contract.md#upload-a-file [092]',
		isEssential: true,
		async run(world, check) {
			for (const [index, name] of IMAGES.entries()) {
				const [image] = await upload(world, name, await bytesOf(name, index));
				world.made.set(`the image ${index + 1}`, image?.imageId);
				check.equal('name', image?.imageName, name);
				if ((await world.api.generation()) !== 'image')
					check.equal('size', [image?.width, image?.height], [WIDTH, HEIGHT]);
			}
		},
	},
	{
		area: 'Images',
		title: 'A download gives the same bytes',
		source: 'docs/contract.md#download-an-image [112]',
		async run(world, check) {
			const [item] = await world.runForItems('image', 'download', { imageId: byId(world.made.get('the image 1')) });
			const bytes = item === undefined ? Buffer.alloc(0) : await world.engine.readBinary(item);
			check.equal('same bytes', bytes.equals(await jpeg(0)), true);
			check.equal('type', item?.binary?.data?.mimeType, 'image/jpeg');
		},
	},
	{
		area: 'Images',
		title: 'A name that the dataset has is refused',
		source: 'docs/contract.md#upload-a-file [069]',
		async run({ api, made }, check) {
			const bytes = await jpeg(9);
			check.equal(
				'answer',
				await refusal(
					api.images.upload(made.get('the dataset'), { name: IMAGES[0].toUpperCase(), open: async () => bytes }),
				),
				'412 ex_alreadyexists',
			);
		},
	},
	{
		area: 'Images',
		title: 'A name that differs only in accents is refused, and the node finds the image that has it',
		source: 'docs/contract.md#names',
		async run(world, check) {
			const bytes = await jpeg(9);
			const datasetId = world.made.get('the dataset');
			const name = 'GROSE 3.jpg';
			check.equal(
				'answer',
				await refusal(world.api.images.upload(datasetId, { name, open: async () => bytes })),
				'412 ex_alreadyexists',
			);
			const parameters = { datasetId: byId(datasetId), ifExists: 'skip' };
			const [item] = await world.run('image', 'upload', parameters, [await world.file(name, bytes)]);
			check.equal('found', [item?.status, item?.imageName], ['skipped', IMAGES[2]]);
		},
	},
	{
		area: 'Images',
		title: 'A GIF is refused, whatever its name',
		source: 'docs/contract.md#upload-a-file [082]',
		async run({ api, made }, check) {
			const bytes = await gif();
			check.equal(
				'answer',
				await refusal(api.images.upload(made.get('the dataset'), { name: 'gif.jpg', open: async () => bytes })),
				'400 ex_validation',
			);
		},
	},
	{
		area: 'Images',
		title: 'Links are added without being fetched, and refused for a wrong ending',
		source: 'docs/contract.md#add-links [128]',
		run: addLinks,
	},
	{
		area: 'Images',
		title: 'An image is deleted once',
		source: 'docs/contract.md#delete-an-image [437]',
		async run(world, check) {
			const imageId = world.made.get('the linked image');
			const [deleted] = await world.run('image', 'delete', { imageId: byId(imageId) });
			check.equal('deleted', deleted?.deletedNow, true);
			check.equal(
				'answer to the second time',
				await refusal(world.api.images.delete(imageId)),
				'500 ex_gen_image_delete',
			);
			const left = await world.run('image', 'getAll', {
				datasetId: byId(world.made.get('the dataset')),
				returnAll: true,
			});
			check.equal('images', left.map(({ imageName }) => imageName).sort(), [...IMAGES].sort());
		},
	},
];

async function addLinks({ api, made }: World, check: Check): Promise<void> {
	const [good, bad] = ['http://127.0.0.1:9/conformance.jpg', 'http://127.0.0.1:9/conformance.gif'];
	const answer = await refusal(api.images.addUrls(made.get('the dataset'), []));
	if (answer.includes('public_urls')) check.missing('not in the plan of this account');
	const statusOf = (results: Awaited<ReturnType<typeof api.images.addUrls>>, url: string) =>
		results.find((result) => result.url === url)?.status;
	const first = await api.images.addUrls(made.get('the dataset'), [good, bad]);
	made.set('the linked image', first.find(({ url }) => url === good)?.imageId);
	check.equal('status of a link that leads nowhere', statusOf(first, good), 'SUCCESS');
	check.equal('status of a GIF', statusOf(first, bad), 'UNSUPPORTED_MIME_TYPE');
	const second = await api.images.addUrls(made.get('the dataset'), [good]);
	check.equal(
		'status of a second time',
		statusOf(second, good),
		(await api.generation()) !== 'image' ? 'DUPLICATE' : 'FAILED',
	);
}
