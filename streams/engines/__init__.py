"""The engines that run the stages."""
