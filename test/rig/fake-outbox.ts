export * from '#server/virtual/fake-outbox.ts'
