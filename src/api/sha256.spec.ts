import { Sha256 } from './sha256';

describe('Sha256', () => {
  // What Python's hashlib says of the same bytes.
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [55, '27d3069ecafb8507f92fa750312a99afe0908525e67b2abe8942b51659945b1b'],
    [56, '3428ab653c0a1ac104ee80fd3bed55135da5556ca4c26da9c781ae56364a6969'],
    [63, 'b5ec25bd1c4b7c94c9ea9d235272e43f644f561d7c8c7e58ec5fa9aefe95ef07'],
    [64, 'a08f82c23e6c13629d8e33d0d2a13005fb104363eb793b5e8842044951d27764'],
    [65, 'c0a0263ae1ab4e9dda9cd2ed6c44b23ee6ff75c90c640185f462fad7f24fcd6f'],
    [119, 'b4639d08cdba917a7875088b4e05633a7812e14282482de937915c9799b17250'],
    [120, 'e4fce14f6aa99657bdffe9f1da59ce85f0398479e9af7e9de6ccf53e174447ab'],
    [1000, '945acdf575d6a2430bf4d6163e1d03b4b0b896fcef107c8b24bf7ff07a621fa3']
  ])('hashes %d bytes, in whatever pieces they come', (size, expected) => {
    const bytes = Uint8Array.from({ length: size }, (_, n) => (n * 31) % 256);
    for (const piece of [1, 7, 64, 1000]) {
      const sha256 = new Sha256();
      for (let at = 0; at < size; at += piece) {
        sha256.update(bytes.subarray(at, at + piece));
      }
      expect(sha256.hex()).toBe(expected);
    }
  });
});
