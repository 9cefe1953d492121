// torch's default generator and its count of living tensors belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
