import type { UploadInfo, UploadList } from '../client/protocol';
import { UploadRefused, UploadsModel } from '../models/uploads';

const LIMITS: UploadList['limits'] = {
  media_types: { 'video/mp4': 100 },
  piece_bytes: 4,
  quota_bytes: 200,
  used_bytes: 150,
  kept_seconds: 60,
  video_seconds: 60,
  video_pixels: 100,
  video_frames: 8
};

function server() {
  const pieces: string[] = [];
  let upload: UploadInfo = {
    id: 'u1',
    name: '',
    media_type: '',
    size: 0,
    received: 0,
    complete: false,
    created_at: '',
    expires_at: ''
  };
  return {
    pieces,
    uploads: () => Promise.resolve({ limits: LIMITS, uploads: [] }),
    beginUpload: jest.fn((wanted: { name?: string; size: number }) => {
      upload = { ...upload, name: wanted.name ?? '', size: wanted.size };
      return Promise.resolve(upload);
    }),
    append: async (_: string, offset: number, piece: Blob) => {
      expect(offset).toBe(upload.received);
      pieces.push(await piece.text());
      const received = upload.received + piece.size;
      upload = { ...upload, received, complete: received === upload.size };
      return upload;
    }
  };
}

describe('UploadsModel', () => {
  it('should bring a clip in pieces and tell how far it is', async () => {
    const fake = server();
    const uploads = new UploadsModel(fake);
    const seen: number[] = [];
    uploads.changed.connect(() => seen.push(uploads.running[0]?.done ?? -1));
    const clip = new Blob(['0123456789'], { type: 'video/mp4' });
    expect((await uploads.bring(clip, 'clip.mp4')).id).toBe('u1');
    expect(fake.pieces).toEqual(['0123', '4567', '89']);
    expect(seen).toEqual([0, 4, 8, -1]);
  });

  it.each([
    ['kind', new Blob(['x'], { type: 'video/ogg' })],
    ['size', new Blob(['x'.repeat(101)], { type: 'video/mp4' })],
    ['full', new Blob(['x'.repeat(60)], { type: 'video/mp4' })]
  ])('should refuse by its %s before a byte is sent', async (reason, file) => {
    const fake = server();
    const refused = await new UploadsModel(fake).bring(file, 'a').catch(error => error);
    expect(refused).toBeInstanceOf(UploadRefused);
    expect(refused).toMatchObject({ reason });
    expect(fake.beginUpload).not.toHaveBeenCalled();
  });
});
