"""What a jurisdiction pack may say: one file a subject, each entry a frozen pydantic model."""
