"""The digit network: the ONNX file, how it was trained, what it was trained on."""
